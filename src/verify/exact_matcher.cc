#include "verify/exact_matcher.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "base/guid.h"
#include "verify/record_matcher.h"

namespace busyhour {
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

std::size_t FindKey(std::string_view text, std::string_view key,
                    std::size_t from) {
  if (from >= text.size()) return std::string_view::npos;
  const void* const found =
      memmem(text.data() + from, text.size() - from, key.data(), key.size());
  return found == nullptr ? std::string_view::npos
                          : static_cast<std::size_t>(
                                static_cast<const char*>(found) - text.data());
}

}  // namespace

ExactMatcher::ExactMatcher(const Worlds& worlds, SentRecords& sent,
                           SentEncoder& encoder)
    : worlds_(worlds), sent_(sent), encoder_(encoder) {
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
  std::optional<Identity> identity;
  CallHandle call;
  std::size_t found_at = 0;
  for (std::size_t i = 0; i < kLogTypeCount; ++i) {
    // Begin with the log of the last record.
    const auto log = static_cast<LogType>(
        (static_cast<std::size_t>(last_log_) + i) % kLogTypeCount);
    const IdKey& keys = IdKeyOf(log, *shape_);
    const std::string_view key = is_page ? keys.page : keys.plain;
    if (key != looked_for) {
      looked_for = key;
      identity.reset();
      call = {};
      // The id is rarely before the smallest offset so far.
      const std::size_t first = first_id_[log];
      std::size_t at = FindKey(window, key, first);
      if (at == std::string_view::npos && first > 0) {
        at = FindKey(window, key, 0);
      }
      if (at == std::string_view::npos) continue;
      found_at = at;
      at += key.size();
      if (at + kGuidTextBytes > window.size()) continue;
      const char* const id = window.data() + at;
      const auto guid = ParseGuid({id, kGuidTextBytes});
      const auto known = guid ? worlds_.Decrypt(*guid) : std::nullopt;
      if (known) {
        identity = known->first;
        call = sent_.Find({identity->slot, identity->ordinal, known->second});
      }
    }
    if (!call || identity->kind != OwnKind(log)) continue;
    for (std::size_t record = 0; record < call->records.size(); ++record) {
      const Record& sent = call->records[record];
      if (sent.log() != log || SubjectOf(sent) != identity->sequence ||
          SentRecords::IsDropped(*call, record)) {
        continue;
      }
      const std::string_view text = encoder_.Encode(*call, record, encoder);
      if (text.size() > static_cast<std::size_t>(end - p) ||
          std::memcmp(p, text.data(), text.size()) != 0) {
        continue;
      }
      last_log_ = log;
      std::size_t& first = first_id_[log];
      first = std::min(first, found_at);
      return Found{std::move(call), record, text.size()};
    }
  }
  return std::nullopt;
}

}  // namespace busyhour
