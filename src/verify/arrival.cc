#include "verify/arrival.h"

#include <algorithm>
#include <limits>

namespace busyhour {
namespace {

constexpr std::int64_t kNsPerMs = 1'000'000;
// 285 years, the most that fits.
constexpr std::int64_t kMostMs =
    std::numeric_limits<std::int64_t>::max() / kNsPerMs - 1;
constexpr std::uint64_t kSecondsEnd = 100'000'000'000;  // the year 5138
constexpr int kNsDigits = 9;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// The name, with the signs of RFC 6901 undone.
std::optional<std::string> Unescaped(std::string_view name) {
  std::string plain;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] != '~') {
      plain += name[i];
      continue;
    }
    if (++i == name.size() || (name[i] != '0' && name[i] != '1')) {
      return std::nullopt;
    }
    plain += name[i] == '0' ? '~' : '/';
  }
  return plain;
}

std::optional<int> ObjectOf(const ReceivedRecord& record,
                            const std::vector<std::string>& pointer,
                            std::size_t names) {
  int object = 0;
  for (std::size_t i = 0; i < names; ++i) {
    const auto next =
        std::find_if(record.objects.begin(), record.objects.end(),
                     [&](const ReceivedRecord::Object& each) {
                       return each.parent == object && each.key == pointer[i];
                     });
    if (next == record.objects.end()) return std::nullopt;
    object = static_cast<int>(next - record.objects.begin());
  }
  return object;
}

// A decimal number without sign and exponent.
std::optional<ArrivalTime> EpochTime(std::string_view text) {
  constexpr std::size_t kMostDigits = 19;
  std::uint64_t whole = 0;
  std::size_t at = 0;
  while (at < text.size() && IsDigit(text[at])) {
    if (at == kMostDigits) return std::nullopt;
    whole = whole * 10 + static_cast<std::uint64_t>(text[at++] - '0');
  }
  if (at == 0) return std::nullopt;
  // How many digits of a number stand for less than a second.
  int below = 0;
  std::uint64_t end = kSecondsEnd;
  while (below < kNsDigits && whole >= end) {
    below += 3;
    end *= 1000;
  }
  // In nanoseconds: at most below kSecondsEnd seconds, which may not fit.
  std::uint64_t unit = 1;
  for (int i = 0; i < below; ++i) unit *= 10;
  std::uint64_t ns = whole % unit;
  for (int i = below; i < kNsDigits; ++i) ns *= 10;
  if (at < text.size()) {
    if (text[at++] != '.' || at == text.size()) return std::nullopt;
    std::uint64_t scale = 1;
    for (int i = below; i < kNsDigits; ++i) scale *= 10;
    for (; at < text.size(); ++at) {
      if (!IsDigit(text[at])) return std::nullopt;
      scale /= 10;
      ns += scale * static_cast<std::uint64_t>(text[at] - '0');
    }
  }
  return ArrivalTime{{static_cast<std::int64_t>(whole / unit) * kMsPerSecond +
                      static_cast<std::int64_t>(ns) / kNsPerMs},
                     static_cast<std::int64_t>(ns) % kNsPerMs};
}

}  // namespace

std::optional<std::vector<std::string>> ReadPointer(std::string_view text) {
  if (text.size() < 2 || text[0] != '/') return std::nullopt;
  std::vector<std::string> names;
  std::size_t begin = 1;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find('/', begin), text.size());
    auto name = Unescaped(text.substr(begin, end - begin));
    if (!name || name->empty()) return std::nullopt;
    names.push_back(std::move(*name));
    begin = end + 1;
  }
  return names;
}

std::string PointerText(const std::vector<std::string>& pointer) {
  std::string text;
  for (const std::string& name : pointer) {
    text += '/';
    for (const char c : name) {
      if (c == '~') {
        text += "~0";
      } else if (c == '/') {
        text += "~1";
      } else {
        text += c;
      }
    }
  }
  return text;
}

std::optional<int> ObjectAt(const ReceivedRecord& record,
                            const std::vector<std::string>& pointer) {
  return ObjectOf(record, pointer, pointer.size());
}

const ReceivedRecord::Value* ValueAt(const ReceivedRecord& record,
                                     const std::vector<std::string>& pointer) {
  const std::optional<int> object =
      ObjectOf(record, pointer, pointer.size() - 1);
  if (!object) return nullptr;
  for (const ReceivedRecord::Value& value : record.values) {
    if (value.object == *object && value.name == pointer.back()) return &value;
  }
  return nullptr;
}

std::optional<ArrivalTime> ReadArrival(const ReceivedRecord::Value& value) {
  if (value.kind != ValueKind::kText && value.kind != ValueKind::kNumber) {
    return std::nullopt;
  }
  if (const auto time = EpochTime(value.text)) return time;
  if (value.kind != ValueKind::kText || value.text.size() > 40) {
    return std::nullopt;
  }
  const std::optional<SimTime> iso = ParseTime(value.text);
  if (!iso) {
    const std::optional<ReadTime> portal = TimeOf(value.text);
    if (!portal) return std::nullopt;
    return ArrivalTime{{portal->ms}, 0};
  }
  ArrivalTime arrival{*iso, 0};
  std::int64_t scale = kNsPerMs * 1000;
  for (std::size_t i = std::min(value.text.find('.'), value.text.size()) + 1;
       i < value.text.size() && IsDigit(value.text[i]); ++i) {
    scale /= 10;
    if (scale < kNsPerMs) arrival.ns += scale * (value.text[i] - '0');
  }
  return arrival;
}

void Latency::Add(SimTime delivery, const std::optional<ArrivalTime>& arrival) {
  if (!arrival) {
    ++unreadable;
    return;
  }
  const std::int64_t ms =
      std::clamp(arrival->time.ms - delivery.ms, -kMostMs, kMostMs);
  const std::int64_t took = ms * kNsPerMs + arrival->ns;
  if (took < 0) ++negative;
  min_ns = ns.count() == 0 ? took : std::min(min_ns, took);
  max_ns = ns.count() == 0 ? took : std::max(max_ns, took);
  ns.Add(took);
}

}  // namespace busyhour
