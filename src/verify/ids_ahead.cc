#include "verify/ids_ahead.h"

#include <cstring>
#include <string_view>

namespace busyhour::internal {

const char* NextRecordStart(const char* p, const char* end) noexcept {
  while (p < end) {
    p = static_cast<const char*>(
        std::memchr(p, '{', static_cast<std::size_t>(end - p)));
    if (p == nullptr) return nullptr;
    if (p[-1] == '\n' || p[-1] == ',' || p[-1] == '[') return p;
    ++p;
  }
  return nullptr;
}

void IdsAhead::BeginInput() {
  first_ = count_ = 0;
  searched_ = 0;
  open_ = kNone;
}

std::optional<KnownId> IdsAhead::Take(const RecordStart& start, LogType log,
                                      Shape shape) {
  if (start.offset == RecordStart::kNoOffset) return std::nullopt;
  while (count_ > 0 && At(0).offset < start.offset) Drop();
  std::optional<KnownId> id;
  if (count_ > 0 && At(0).offset == start.offset) {
    id = At(0).id;
    Drop();
  }
  LookAhead(start, log, shape);
  return id;
}

void IdsAhead::LookAhead(const RecordStart& start, LogType log, Shape shape) {
  if (searched_ <= start.offset) {
    searched_ = start.offset + 1;
    open_ = kNone;
  }
  const auto at = [&start](std::uint64_t offset) {
    return start.text + (offset - start.offset);
  };
  while (count_ < kAhead) {
    const char* const next = NextRecordStart(at(searched_), start.end);
    // No byte is searched twice, whatever the input contains.
    if (next == nullptr) {
      searched_ =
          start.offset + static_cast<std::uint64_t>(start.end - start.text);
      return;
    }
    const std::uint64_t offset =
        start.offset + static_cast<std::uint64_t>(next - start.text);
    if (open_ != kNone && open_ > start.offset) {
      const auto bytes = static_cast<std::size_t>(offset - open_);
      Add(open_, {at(open_), std::min(bytes, kWindowBytes)}, log, shape);
    }
    open_ = offset;
    searched_ = offset + 1;
  }
}

void IdsAhead::Add(std::uint64_t offset, std::string_view text, LogType log,
                   Shape shape) {
  finder_.Each(text, log, shape, [&](const KnownId& id) {
    At(count_++) = {offset, id};
    calls_.Prefetch(id.call);
    if (count_ > kNear) {
      const KnownId& near = At(count_ - 1 - kNear).id;
      calls_.PrefetchRecord(near.call,
                            {near.identity.kind, near.identity.sequence});
    }
    return true;
  });
}

}  // namespace busyhour::internal
