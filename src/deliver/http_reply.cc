#include "deliver/http_reply.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

namespace busyhour {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostShown = 300;

constexpr int kRequestTimeout = 408;
constexpr int kTooManyRequests = 429;
constexpr int kConflict = 409;

bool IsGood(int status) { return status >= 200 && status < 300; }

bool MayBeTriedAgain(int status) {
  return status == kRequestTimeout || status == kTooManyRequests ||
         status >= 500;
}

// Of who asks and where, not of what is sent.
bool IsForAll(int status) {
  constexpr int kStatuses[] = {401, 403, 404, 405, 407};
  return (status >= 300 && status < 400) ||
         std::find(std::begin(kStatuses), std::end(kStatuses), status) !=
             std::end(kStatuses);
}

std::string StatusText(int status) { return "HTTP " + std::to_string(status); }

void Retry(Receipt& receipt, std::string error, bool may_have_arrived) {
  receipt.kind = Receipt::Kind::kRetry;
  receipt.error = std::move(error);
  receipt.may_have_arrived = may_have_arrived;
}

// The answer to a bulk request, of which only what became of each item is kept:
//   {"errors":true,"items":[{"create":{"status":429,
//                                      "error":{"type":"...","reason":"..."}}}]}
class BulkAnswer : public nlohmann::json_sax<Json> {
 public:
  struct Item {
    int status = 0;
    std::string type;
    std::string reason;
  };

  // Stops at more than `most_items`.
  BulkAnswer(std::uint64_t most_items, const Secrets& secrets)
      : most_items_(most_items), secrets_(secrets) {}

  std::optional<bool> errors;
  std::vector<Item> items;

  bool boolean(bool value) override {
    if (depth_ == 1 && key_ == "errors") errors = value;
    return true;
  }
  bool number_integer(number_integer_t value) override {
    return Number(static_cast<double>(value));
  }
  bool number_unsigned(number_unsigned_t value) override {
    return Number(static_cast<double>(value));
  }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool null() override { return true; }
  bool binary(binary_t&) override { return true; }
  bool string(string_t& value) override {
    if (!in_items_ || depth_ != kErrorDepth || items.empty()) return true;
    if (key_ == "type") items.back().type = ShownWords(value, secrets_);
    if (key_ == "reason") items.back().reason = ShownWords(value, secrets_);
    return true;
  }
  bool key(string_t& name) override {
    key_ = name;
    return true;
  }
  bool start_object(std::size_t) override {
    ++depth_;
    if (in_items_ && depth_ == kItemDepth) {
      if (items.size() == most_items_) return false;
      items.emplace_back();
    }
    return true;
  }
  bool end_object() override {
    --depth_;
    return true;
  }
  bool start_array(std::size_t) override {
    if (++depth_ == kListDepth && key_ == "items") in_items_ = true;
    return true;
  }
  bool end_array() override {
    if (depth_-- == kListDepth) in_items_ = false;
    return true;
  }
  bool parse_error(std::size_t, const std::string&,
                   const nlohmann::detail::exception&) override {
    return false;
  }

 private:
  static constexpr int kListDepth = 2;
  static constexpr int kItemDepth = 3;
  static constexpr int kResultDepth = 4;
  static constexpr int kErrorDepth = 5;

  bool Number(double value) {
    if (in_items_ && depth_ == kResultDepth && key_ == "status" &&
        !items.empty() && value >= 100 && value < 1000) {
      items.back().status = static_cast<int>(value);
    }
    return true;
  }

  const std::uint64_t most_items_;
  const Secrets& secrets_;
  int depth_ = 0;
  bool in_items_ = false;
  std::string key_;
};

// Records have ids of their own there: what is sent twice is there once.
void ReadBulk(const HttpReply& reply, const Secrets& secrets,
              Receipt& receipt) {
  const std::uint64_t records = receipt.batch->records;
  BulkAnswer answer(records, secrets);
  if (reply.is_cut || !Json::sax_parse(reply.body, &answer) || !answer.errors) {
    Retry(receipt, "not an answer to a bulk request", false);
    receipt.answer = ShownWords(reply.body, secrets);
    return;
  }
  if (!*answer.errors) return;
  if (answer.items.size() != records) {
    Retry(receipt, "the answer leaves records out", false);
    return;
  }
  const auto words = [](const BulkAnswer::Item& item) {
    return item.type + (item.reason.empty() ? "" : ": " + item.reason);
  };
  for (std::size_t i = 0; i < answer.items.size(); ++i) {
    const BulkAnswer::Item& item = answer.items[i];
    // Created by an earlier sending.
    if (IsGood(item.status) || item.status == kConflict) continue;
    const bool may_be_tried = item.status == 0 || MayBeTriedAgain(item.status);
    const bool is_first_retry =
        may_be_tried && receipt.kind != Receipt::Kind::kRetry;
    if (receipt.refused.empty() || is_first_retry) {
      receipt.error = "item: " + StatusText(item.status);
      receipt.answer = words(item);
    }
    if (is_first_retry) Retry(receipt, receipt.error, false);
    receipt.refused.push_back(static_cast<std::uint32_t>(i));
  }
}

//   {"text":"Success","code":0}
void ReadSplunk(const HttpReply& reply, const Secrets& secrets,
                Receipt& receipt) {
  const Json answer = Json::parse(reply.body, nullptr, false);
  const auto code = answer.is_object() ? answer.find("code") : answer.end();
  if (!answer.is_object() || code == answer.end() ||
      !code->is_number_integer()) {
    Retry(receipt, "not an answer of an event collector", true);
    receipt.answer = ShownWords(reply.body, secrets);
  } else if (*code != 0) {
    receipt.kind = Receipt::Kind::kRefused;
    receipt.error = "event collector refused";
    receipt.answer = ShownWords(reply.body, secrets);
  }
}

//   {"partialSuccess":{"rejectedLogRecords":"3","errorMessage":"..."}}
void ReadOtlp(const HttpReply& reply, const Secrets& secrets,
              Receipt& receipt) {
  const Json answer = Json::parse(reply.body, nullptr, false);
  if (!answer.is_object()) return;
  const Json partial = answer.value("partialSuccess", Json());
  if (!partial.is_object()) return;
  const Json count = partial.value("rejectedLogRecords", Json());
  const bool any = (count.is_string() && count != "0" && count != "") ||
                   (count.is_number() && count != 0);
  if (!any) return;
  // Which of them, it does not say.
  receipt.kind = Receipt::Kind::kRefused;
  receipt.error = "refused in part";
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
      ReadSplunk(reply, secrets, receipt);
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
  for (const char c : text) {
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
  // Before it is cut: a half of a secret would not be known for one.
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
  if (IsGood(reply.status)) {
    ReadGood(dialect, reply, secrets, receipt);
    return;
  }
  receipt.error = StatusText(reply.status);
  receipt.answer = ShownWords(reply.body, secrets);
  if (MayBeTriedAgain(reply.status)) {
    // Who asks to come again later has not taken it; who broke down may have.
    Retry(receipt, receipt.error, reply.status >= 500 && !is_idempotent);
    receipt.retry_after = reply.retry_after;
    return;
  }
  receipt.kind = Receipt::Kind::kRefused;
  receipt.is_final = IsForAll(reply.status);
  if (!reply.location.empty()) {
    receipt.answer = "it points to " + ShownWords(reply.location, secrets) +
                     ", and redirects are not followed";
  }
}

}  // namespace busyhour
