#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "deliver/batch_sink.h"
#include "deliver/secrets.h"

namespace busyhour {

/// What came of an HTTP request.
struct HttpReply {
  /// Of the answer; 0 when there was none.
  int status = 0;
  /// The first bytes of its body, and whether there were more.
  std::string body;
  bool is_cut = false;
  /// How long the receiver asks to wait; 0 when it does not say.
  std::chrono::milliseconds retry_after{0};
  /// Where it points to instead; empty for nowhere.
  std::string location;

  /// Without an answer: why, in few words, and what is known beyond them.
  std::string error;
  std::string details;
  /// Whether it would be the same with any other request.
  bool is_final = false;
  /// Whether the request was on its way.
  bool was_sent = false;
};

/// How a receiver says that it has taken records.
enum class HttpDialect : std::uint8_t {
  kStatus,   ///< by the status alone
  kElastic,  ///< in the body, record by record
  kSplunk,   ///< by a code in the body
  kLoki,     ///< by the status alone, if it is at most 204
  kOtlp,     ///< by the status, and in the body what was refused all the same
};

/// What the reply means for the receipt's batch: sets all but `batch`. What it
/// tells of the receiver's words is fit to be shown, and has no `secrets`.
void ReadReply(HttpDialect dialect, const HttpReply& reply,
               const Secrets& secrets, Receipt& receipt);

/// Somebody else's words, fit to be shown: printable ASCII, on one line, not
/// many of them, and no secrets.
std::string ShownWords(std::string_view text, const Secrets& secrets);

}  // namespace busyhour
