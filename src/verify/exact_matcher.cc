#include "verify/exact_matcher.h"

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "base/guid.h"
#include "verify/record_list.h"
#include "verify/sent_records.h"

namespace busyhour::internal {
namespace {

// After `kMissesInARow` records in a row that were not matched, the next
// `kSkipped` records are not tried.
constexpr int kMissesInARow = 8;
constexpr int kSkipped = 64;

}  // namespace

ExactMatcher::ExactMatcher(const Worlds& worlds, const SentRecords& sent,
                           SharedCalls& calls)
    : maker_(worlds, sent),
      calls_(calls),
      encoder_(worlds, sent.logs()),
      ids_(worlds),
      ahead_(ids_, calls) {}

void ExactMatcher::BeginInput() {
  shape_.reset();
  ids_.BeginInput();
  ahead_.BeginInput();
  misses_ = skip_ = 0;
}

std::optional<ExactMatcher::Found> ExactMatcher::Find(
    const RecordStart& start) {
  if (!shape_ || *start.text != '{') return std::nullopt;
  if (skip_ > 0) {
    --skip_;
    return std::nullopt;
  }
  std::optional<Found> found = Try(start);
  if (found) {
    misses_ = 0;
  } else if (++misses_ >= kMissesInARow) {
    misses_ = 0;
    skip_ = kSkipped;
  }
  return found;
}

std::optional<ExactMatcher::Found> ExactMatcher::Try(const RecordStart& start) {
  const bool is_page = start.text + 1 < start.end && start.text[1] == '\n';
  if (is_page && *shape_ != Shape::kPortal) return std::nullopt;
  const Encoder& encoder = is_page ? encoder_.page() : encoder_.object(*shape_);
  const std::string_view window(
      start.text, std::min(static_cast<std::size_t>(start.end - start.text),
                           encoder.max_record_bytes()));
  std::optional<Found> found;
  if (calls_.outgrow_cache()) {
    const auto id = ahead_.Take(start, last_log_, *shape_);
    if (id) found = FindById(*id, window, encoder);
    if (found) return found;
  }
  ids_.Each(window, last_log_, *shape_, [&](const KnownId& id) {
    found = FindById(id, window, encoder);
    return found.has_value();
  });
  return found;
}

std::optional<ExactMatcher::Found> ExactMatcher::FindById(
    const KnownId& id, std::string_view text, const Encoder& encoder) {
  std::optional<Found> found;
  calls_.With(id.call, maker_, [&](SentCall& call) {
    found = FindIn(call, id.identity, text, encoder);
    return found.has_value();
  });
  return found;
}

std::optional<ExactMatcher::Found> ExactMatcher::FindIn(
    SentCall& call, const Identity& identity, std::string_view text,
    const Encoder& encoder) {
  const OwnId id{identity.kind, identity.sequence};
  // Records of several logs may have the id. Those of the last log come first,
  // so that few are encoded in vain.
  for (const bool is_last_log : {true, false}) {
    for (std::size_t i = call.records.Find(id, 0); i < call.records.size();
         i = call.records.Find(id, i + 1)) {
      const LogType log = call.records[i].log();
      if ((log == last_log_) != is_last_log) continue;
      if (SentRecords::IsDropped(call, i)) continue;
      const std::string_view encoded = encoder_.Encode(call, i, encoder);
      if (!text.starts_with(encoded)) continue;
      last_log_ = log;
      return Found{call.RecordAt(i), encoded.size()};
    }
  }
  return std::nullopt;
}

}  // namespace busyhour::internal
