#include "deliver/http_reply.h"

#include <algorithm>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "deliver/bulk_answer.h"

namespace busyhour::internal {
namespace {

using Json = nlohmann::json;

// Maximum length of a receiver's message that is shown, and that is examined.
constexpr std::size_t kMostShown = 300;
constexpr std::size_t kMostRead = 1024;

constexpr int kRequestTimeout = 408;
constexpr int kTooManyRequests = 429;
constexpr int kConflict = 409;

bool IsGood(int status) { return status >= 200 && status < 300; }

bool MayBeTriedAgain(int status) {
  return status == kRequestTimeout || status == kTooManyRequests ||
         (status >= 500 && status < 600);
}

// Whether the status concerns the client or the address, not the content.
bool IsForAll(int status) {
  constexpr int kStatuses[] = {401, 402, 403, 404, 405, 407, 410};
  return (status >= 300 && status < 400) ||
         std::find(std::begin(kStatuses), std::end(kStatuses), status) !=
             std::end(kStatuses);
}

// Whether smaller parts of the body might be accepted. Servers written in Go,
// such as the OpenTelemetry collector, report this with 400.
bool IsTooLarge(const HttpReply& reply) {
  constexpr int kContentTooLarge = 413;
  constexpr int kBadRequest = 400;
  if (reply.status == kContentTooLarge) return true;
  if (reply.status != kBadRequest) return false;
  constexpr const char* kWords[] = {"body too large", "payload too large",
                                    "entity too large", "request too large"};
  return std::any_of(std::begin(kWords), std::end(kWords),
                     [&](const char* words) {
                       return reply.body.find(words) != std::string::npos;
                     });
}

std::string StatusText(int status) { return "HTTP " + std::to_string(status); }

void Retry(Receipt& receipt, std::string error, bool may_have_arrived) {
  receipt.kind = Receipt::Kind::kRetry;
  receipt.error = std::move(error);
  receipt.may_have_arrived = may_have_arrived;
}

// Records have their own ids there, so a record that is sent twice is stored
// once.
void ReadBulk(const HttpReply& reply, const Secrets& secrets,
              Receipt& receipt) {
  const std::uint64_t records = receipt.batch->records;
  std::optional<BulkAnswer> answer;
  if (!reply.is_cut) answer = ReadBulkAnswer(reply.body, records);
  if (!answer) {
    Retry(receipt, "not an answer to a bulk request", false);
    receipt.answer = ShownWords(reply.body, secrets);
    return;
  }
  // An answer that is filtered to errors has no items if there are no errors.
  if (!answer->errors && answer->items.empty()) return;
  if (answer->items.size() != records) {
    Retry(receipt, "the answer omits records", false);
    return;
  }
  for (std::size_t i = 0; i < answer->items.size(); ++i) {
    const BulkAnswer::Item& item = answer->items[i];
    // Created by an earlier attempt.
    if (IsGood(item.status) || item.status == kConflict) continue;
    if (!answer->errors && item.status == 0) continue;
    const bool may_be_tried = item.status == 0 || MayBeTriedAgain(item.status);
    const bool is_first_retry =
        may_be_tried && receipt.kind != Receipt::Kind::kRetry;
    if (receipt.refused.empty() || is_first_retry) {
      receipt.error = "item: " + StatusText(item.status);
      receipt.answer = ShownWords(
          item.type + (item.reason.empty() ? "" : ": ") + item.reason, secrets);
    }
    if (is_first_retry) Retry(receipt, receipt.error, false);
    receipt.refused.push_back(static_cast<std::uint32_t>(i));
  }
}

// What a code of Splunk's HTTP Event Collector means for a request's events.
enum class HecMeaning : std::uint8_t {
  kTaken,
  kUnderPressure,  ///< accepted; queues or acknowledgement channels fill up
  kBusy,           ///< not accepted; may be accepted later
  kBroken,         ///< may have been accepted
  kRefused,        ///< these events are not accepted
  kNever,          ///< no events would be accepted: token or address
};

HecMeaning MeaningOf(std::int64_t code) {
  switch (code) {
    case 0:
      return HecMeaning::kTaken;
    case 24:  // queue is approaching capacity
    case 25:  // acknowledgement channel is approaching capacity
      return HecMeaning::kUnderPressure;
    case 9:   // server is busy
    case 18:  // queues are full
    case 19:  // acknowledgement service unavailable
    case 20:  // both
    case 23:  // server is shutting down
    case 26:  // queue at capacity
    case 27:  // acknowledgement channel at capacity
      return HecMeaning::kBusy;
    case 8:  // internal server error
      return HecMeaning::kBroken;
    case 1:   // token disabled
    case 2:   // token is required
    case 3:   // invalid authorization
    case 4:   // invalid token
    case 10:  // data channel is missing
    case 11:  // invalid data channel
    case 14:  // acknowledgement is disabled
    case 16:  // authorization in the query is not enabled
    case 17:  // collector is healthy: the address of the health check
    case 21:  // invalid token
    case 22:  // token disabled
      return HecMeaning::kNever;
    default:
      // 5, 6, 7, 12, 13, 15: no data, or invalid data. Unknown codes are also
      // treated as refusals.
      return HecMeaning::kRefused;
  }
}

// Reads the code of an answer with any status. False if it has none.
//
//   {"text":"Success","code":0}
bool ReadSplunk(const HttpReply& reply, const Secrets& secrets,
                Receipt& receipt) {
  const Json answer = Json::parse(reply.body, nullptr, false);
  const auto at = answer.is_object() ? answer.find("code") : answer.end();
  if (!answer.is_object() || at == answer.end() || !at->is_number_integer()) {
    return false;
  }
  const auto code = at->get<std::int64_t>();
  const HecMeaning meaning = MeaningOf(code);
  const bool is_good = IsGood(reply.status);
  const std::string words = "event collector: code " + std::to_string(code) +
                            (is_good ? "" : ", " + StatusText(reply.status));
  receipt.error = words;
  receipt.answer = ShownWords(reply.body, secrets);
  switch (meaning) {
    case HecMeaning::kTaken:
    case HecMeaning::kUnderPressure:
      // An error status overrides the code.
      if (!is_good) return false;
      receipt.kind = Receipt::Kind::kAcknowledged;
      receipt.error.clear();
      if (meaning == HecMeaning::kUnderPressure)
        receipt.remark = "under pressure: " + words;
      return true;
    case HecMeaning::kBusy:
    case HecMeaning::kBroken:
      Retry(receipt, words, meaning == HecMeaning::kBroken);
      receipt.retry_after = reply.retry_after;
      return true;
    case HecMeaning::kRefused:
      // The status may still request a retry, or a smaller body.
      if (!is_good) return false;
      receipt.kind = Receipt::Kind::kRefused;
      return true;
    case HecMeaning::kNever:
      receipt.kind = Receipt::Kind::kRefused;
      receipt.is_final = true;
      return true;
  }
  return false;
}

// A member, by its JSON name or its protocol buffers name.
Json MemberOf(const Json& object, const char* name, const char* other) {
  if (!object.is_object()) return Json();
  return object.contains(name) ? object.at(name) : object.value(other, Json());
}

//   {"partialSuccess":{"rejectedLogRecords":"3","errorMessage":"..."}}
void ReadOtlp(const HttpReply& reply, const Secrets& secrets,
              Receipt& receipt) {
  if (reply.body.empty()) return;
  const Json answer = Json::parse(reply.body, nullptr, false);
  if (!answer.is_object()) {
    Retry(receipt, "not an answer from an OTLP receiver", true);
    receipt.answer = ShownWords(reply.body, secrets);
    return;
  }
  const Json partial = MemberOf(answer, "partialSuccess", "partial_success");
  const Json count =
      MemberOf(partial, "rejectedLogRecords", "rejected_log_records");
  const bool none = count.is_null() || count == 0 ||
                    (count.is_string() && (count == "0" || count == ""));
  const Json message = MemberOf(partial, "errorMessage", "error_message");
  if (none) {
    // A message without a count is a warning.
    if (message.is_string() && message != "") {
      receipt.remark = "warning from the receiver";
      receipt.answer = ShownWords(reply.body, secrets);
    }
    return;
  }
  // The answer does not identify the rejected records.
  receipt.kind = Receipt::Kind::kRefused;
  receipt.error = "partially refused";
  receipt.answer = ShownWords(reply.body, secrets);
}

// Another success status is 260: Loki has discarded the entries.
void ReadLoki(const HttpReply& reply, const Secrets& secrets,
              Receipt& receipt) {
  constexpr int kNoContent = 204;
  if (reply.status <= kNoContent) return;
  receipt.kind = Receipt::Kind::kRefused;
  receipt.error = StatusText(reply.status);
  receipt.answer = ShownWords(reply.body, secrets);
}

void ReadGood(HttpDialect dialect, const HttpReply& reply,
              const Secrets& secrets, Receipt& receipt) {
  receipt.kind = Receipt::Kind::kAcknowledged;
  switch (dialect) {
    case HttpDialect::kStatus:
      break;
    case HttpDialect::kElastic:
      ReadBulk(reply, secrets, receipt);
      break;
    case HttpDialect::kSplunk:
      Retry(receipt, "not an answer from an event collector", true);
      receipt.answer = ShownWords(reply.body, secrets);
      break;
    case HttpDialect::kLoki:
      ReadLoki(reply, secrets, receipt);
      break;
    case HttpDialect::kOtlp:
      ReadOtlp(reply, secrets, receipt);
      break;
  }
}

}  // namespace

std::string ShownWords(std::string_view text, const Secrets& secrets) {
  std::string line;
  bool space = false;
  for (const char c : text.substr(0, kMostRead)) {
    if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
      space = !line.empty();
      continue;
    }
    const auto code = static_cast<unsigned char>(c);
    if (code < 0x20 || code == 0x7f) continue;
    if (space) line += ' ';
    space = false;
    line += code < 0x80 ? c : '?';
  }
  // Before truncation: half a secret would not be recognized.
  std::string shown = secrets.Hide(line, kMostShown);
  if (shown.size() > kMostShown) shown.replace(kMostShown, shown.npos, "...");
  return shown;
}

void ReadReply(HttpDialect dialect, const HttpReply& reply,
               const Secrets& secrets, Receipt& receipt) {
  const bool is_idempotent = dialect == HttpDialect::kElastic;
  if (reply.status == 0) {
    Retry(receipt, reply.error, reply.was_sent && !is_idempotent);
    if (reply.is_final) receipt.kind = Receipt::Kind::kRefused;
    receipt.is_final = reply.is_final;
    receipt.answer = ShownWords(reply.details, secrets);
    return;
  }
  if (dialect == HttpDialect::kSplunk && ReadSplunk(reply, secrets, receipt)) {
    return;
  }
  if (IsGood(reply.status)) {
    ReadGood(dialect, reply, secrets, receipt);
    return;
  }
  receipt.error = StatusText(reply.status);
  receipt.answer = ShownWords(reply.body, secrets);
  if (IsTooLarge(reply)) {
    receipt.kind = Receipt::Kind::kTooLarge;
    return;
  }
  if (MayBeTriedAgain(reply.status)) {
    // 4xx: not accepted. 5xx: may have been accepted.
    Retry(receipt, receipt.error, reply.status >= 500 && !is_idempotent);
    receipt.retry_after = reply.retry_after;
    return;
  }
  receipt.kind = Receipt::Kind::kRefused;
  receipt.is_final = IsForAll(reply.status);
  if (!reply.location.empty()) {
    receipt.answer = "it redirects to " + ShownWords(reply.location, secrets) +
                     "; redirects are not followed";
  }
}

}  // namespace busyhour::internal
