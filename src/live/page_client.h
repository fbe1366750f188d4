#pragma once

#include <string>

#include "base/status.h"
#include "live/address.h"

namespace busyhour::internal {

/// The environment variable with the token of a run's control, for `load` and
/// for `control`.
inline constexpr const char* kTokenVariable = "BUSYHOUR_LIVE_TOKEN";

/// A request to the server of a run.
struct LiveQuestion {
  std::string method;  ///< `GET`
  std::string path;
  std::string token;  ///< empty if there is none
  std::string body;
};

struct LiveReply {
  unsigned status = 0;
  std::string body;
};

/// Sends the request and waits for the answer, at most 10 seconds. Fails if
/// nobody answers.
Status Ask(const Address& to, const LiveQuestion& question, LiveReply& reply);

}  // namespace busyhour::internal
