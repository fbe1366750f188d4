#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "deliver/batch_sink.h"
#include "deliver/secrets.h"

namespace busyhour::internal {

/// The result of an HTTP request.
struct HttpReply {
  /// Status of the answer; 0 if there was none.
  int status = 0;
  /// The first bytes of the answer's body, and whether there were more.
  std::string body;
  bool is_cut = false;
  /// The delay that the receiver requests; 0 if none.
  std::chrono::milliseconds retry_after{0};
  /// The address of a redirection; empty if there is none.
  std::string location;

  /// If there was no answer: the reason in a few words, and further details.
  std::string error;
  std::string details;
  /// Whether every other request would have the same result.
  bool is_final = false;
  /// Whether the request had been sent, at least in part.
  bool was_sent = false;
};

/// How a receiver reports that it has accepted records.
enum class HttpDialect : std::uint8_t {
  kStatus,   ///< by the status alone
  kElastic,  ///< in the body, record by record
  kSplunk,   ///< by a code in the body
  kLoki,     ///< by the status alone, if it is at most 204
  kOtlp,     ///< by the status, and refused records in the body
};

/// Sets all members of the receipt except `batch` from the reply. Messages of
/// the receiver are made printable and contain no `secrets`.
void ReadReply(HttpDialect dialect, const HttpReply& reply,
               const Secrets& secrets, Receipt& receipt);

/// Text from a receiver in printable form: ASCII, one line, limited length, no
/// secrets.
std::string ShownWords(std::string_view text, const Secrets& secrets);

}  // namespace busyhour::internal
