#include "verify/exact_matcher.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "base/guid.h"
#include "base/system.h"
#include "verify/record_matcher.h"
#include "verify/sent_records.h"

namespace busyhour::internal {
namespace {

// After `kMissesInARow` records in a row that were not matched, the next
// `kSkipped` records are not tried.
constexpr int kMissesInARow = 8;
constexpr int kSkipped = 64;
constexpr std::size_t kNowhere = ~std::size_t{0};

// The text before a record's own id in an encoded object.
struct IdKey {
  std::string plain;  // `"operationId":"`
  std::string page;   // `"OperationId": "`
};
const IdKey& IdKeyOf(LogType log, Shape shape) {
  static const auto keys = [] {
    std::array<PerLog<IdKey>, kShapeCount> made;
    for (const Shape each_shape : kShapes) {
      for (const LogType each : kLogTypes) {
        for (const Column& column : Columns(each, each_shape)) {
          if (!IsOwnId(*column.field)) continue;
          const std::string name = '"' + std::string(column.name) + "\":";
          made[static_cast<std::size_t>(each_shape)][each] = {name + '"',
                                                              name + " \""};
        }
      }
    }
    return made;
  }();
  return keys[static_cast<std::size_t>(shape)][log];
}

// The offset of `key`, which is usually soon after `usual`.
std::size_t FindKey(std::string_view text, std::string_view key,
                    std::size_t usual) {
  // The values before it have similar lengths.
  constexpr std::size_t kSoon = 64;
  if (usual < text.size()) {
    const std::size_t soon = text.substr(usual, key.size() + kSoon).find(key);
    if (soon != std::string_view::npos) return usual + soon;
  }
  return FindBytes(text, key);
}

}  // namespace

ExactMatcher::ExactMatcher(const Worlds& worlds, const SentRecords& sent,
                           SharedCalls& calls)
    : worlds_(worlds),
      maker_(worlds, sent),
      calls_(calls),
      encoder_(worlds, sent.logs()) {
  BeginInput();
}

void ExactMatcher::BeginInput() {
  shape_.reset();
  first_id_.fill(kNowhere);
  misses_ = skip_ = 0;
}

std::optional<ExactMatcher::Found> ExactMatcher::Find(const char* p,
                                                      const char* end) {
  if (!shape_ || *p != '{') return std::nullopt;
  if (skip_ > 0) {
    --skip_;
    return std::nullopt;
  }
  const bool is_page = p + 1 < end && p[1] == '\n';
  if (is_page && *shape_ != Shape::kPortal) return std::nullopt;
  std::optional<Found> found = Try(p, end);
  if (found) {
    misses_ = 0;
  } else if (++misses_ >= kMissesInARow) {
    misses_ = 0;
    skip_ = kSkipped;
  }
  return found;
}

std::optional<ExactMatcher::Found> ExactMatcher::Try(const char* p,
                                                     const char* end) {
  const bool is_page = p + 1 < end && p[1] == '\n';
  const Encoder& encoder = is_page ? encoder_.page() : encoder_.object(*shape_);
  const std::string_view window(p, std::min(static_cast<std::size_t>(end - p),
                                            encoder.max_record_bytes()));
  std::string_view looked_for;
  for (std::size_t i = 0; i < kLogTypeCount; ++i) {
    // Begin with the log of the last record.
    const auto log = static_cast<LogType>(
        (static_cast<std::size_t>(last_log_) + i) % kLogTypeCount);
    const IdKey& keys = IdKeyOf(log, *shape_);
    const std::string_view key = is_page ? keys.page : keys.plain;
    // Neighbours in the list of logs may have the same key.
    if (key == looked_for) continue;
    looked_for = key;
    std::size_t at = FindKey(window, key, first_id_[log]);
    if (at == std::string_view::npos) continue;
    first_id_[log] = std::min(first_id_[log], at);
    at += key.size();
    if (at + kGuidTextBytes > window.size()) continue;
    const auto guid = ParseGuid(window.substr(at, kGuidTextBytes));
    const auto known = guid ? worlds_.Decrypt(*guid) : std::nullopt;
    if (!known) continue;
    const Identity& identity = known->first;
    std::optional<Found> found;
    calls_.With({identity.slot, identity.ordinal, known->second}, maker_,
                [&](SentCall& call) {
                  found = FindIn(call, identity, window, encoder);
                });
    if (found) return found;
  }
  return std::nullopt;
}

std::optional<ExactMatcher::Found> ExactMatcher::FindIn(
    SentCall& call, const Identity& identity, std::string_view text,
    const Encoder& encoder) {
  for (std::size_t i = 0; i < call.records.size(); ++i) {
    const Record& sent = call.records[i];
    if (SubjectOf(sent) != identity.sequence ||
        OwnKind(sent.log()) != identity.kind ||
        SentRecords::IsDropped(call, i)) {
      continue;
    }
    const std::string_view encoded = encoder_.Encode(call, i, encoder);
    if (!text.starts_with(encoded)) continue;
    last_log_ = sent.log();
    return Found{call.RecordAt(i), encoded.size()};
  }
  return std::nullopt;
}

}  // namespace busyhour::internal
