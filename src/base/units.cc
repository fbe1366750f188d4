#include "base/units.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdio>

#include "base/ascii.h"
#include "base/time.h"

namespace busyhour::internal {
namespace {

// Above 2^53, a double cannot represent every whole number.
constexpr std::uint64_t kLargestExact = std::uint64_t{1} << 53;

// Reads a decimal number (no sign, no inf or nan) from the start of `text` and
// removes it.
std::optional<double> TakeNumber(std::string_view& text) {
  if (text.empty() || ((text[0] < '0' || text[0] > '9') && text[0] != '.')) {
    return std::nullopt;
  }
  double value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || !std::isfinite(value)) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

struct Unit {
  std::string_view name;
  double factor;
};

constexpr std::array kDurationUnits = {
    Unit{"ms", 1},           Unit{"s", kMsPerSecond},
    Unit{"m", kMsPerMinute}, Unit{"min", kMsPerMinute},
    Unit{"h", kMsPerHour},   Unit{"d", kMsPerDay},
};
constexpr std::array kSizeUnits = {
    Unit{"", 1},
    Unit{"B", 1},
    Unit{"kB", 1e3},
    Unit{"MB", 1e6},
    Unit{"GB", 1e9},
    Unit{"TB", 1e12},
    Unit{"KiB", 1024.0},
    Unit{"MiB", 1048576.0},
    Unit{"GiB", 1073741824.0},
    Unit{"TiB", 1099511627776.0},
};
constexpr std::array kCountUnits = {
    Unit{"", 1}, Unit{"k", 1e3}, Unit{"K", 1e3}, Unit{"M", 1e6}, Unit{"G", 1e9},
};
constexpr std::array kPerUnits = {
    Unit{"s", 1},    Unit{"sec", 1},     Unit{"m", 60},    Unit{"min", 60},
    Unit{"h", 3600}, Unit{"hour", 3600}, Unit{"d", 86400}, Unit{"day", 86400},
};

template <std::size_t kCount>
std::optional<double> Factor(const std::array<Unit, kCount>& units,
                             std::string_view name) {
  for (const Unit& unit : units) {
    if (unit.name == name) return unit.factor;
  }
  return std::nullopt;
}

// The text without the underscores that stand between digits: `1_000`.
std::string WithoutUnderscores(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool separates = text[i] == '_' && i > 0 && IsDigit(text[i - 1]) &&
                           i + 1 < text.size() && IsDigit(text[i + 1]);
    if (!separates) plain += text[i];
  }
  return plain;
}

// Removes the letters from the start of `text` and returns them.
std::string_view TakeWord(std::string_view& text) {
  std::size_t length = 0;
  while (length < text.size() && IsLetter(text[length])) ++length;
  const std::string_view word = text.substr(0, length);
  text.remove_prefix(length);
  return word;
}

template <std::size_t kCount>
std::optional<double> ParseScaled(std::string_view text,
                                  const std::array<Unit, kCount>& units) {
  const std::optional<double> number = TakeNumber(text);
  if (!number) return std::nullopt;
  const std::optional<double> factor = Factor(units, text);
  if (!factor) return std::nullopt;
  return *number * *factor;
}

std::optional<std::uint64_t> Whole(std::optional<double> value) {
  if (!value || *value > static_cast<double>(kLargestExact))
    return std::nullopt;
  return static_cast<std::uint64_t>(std::llround(*value));
}

std::string Number(double value, int decimals) {
  char text[48];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

std::string ThreeDigits(double value) {
  // The precision depends on the rounded value: 9.996 is 10.0.
  return Number(value, value < 9.995 ? 2 : value < 99.95 ? 1 : 0);
}

}  // namespace

std::optional<std::int64_t> ParseDuration(std::string_view text) {
  if (text.empty()) return std::nullopt;
  if (text == "0") return 0;
  double ms = 0;
  while (!text.empty()) {
    const std::optional<double> number = TakeNumber(text);
    if (!number) return std::nullopt;
    const std::optional<double> factor = Factor(kDurationUnits, TakeWord(text));
    if (!factor) return std::nullopt;
    ms += *number * *factor;
  }
  const std::optional<std::uint64_t> whole = Whole(ms);
  if (!whole) return std::nullopt;
  return static_cast<std::int64_t>(*whole);
}

std::optional<std::int64_t> ParseSignedDuration(std::string_view text) {
  const bool is_negative = text.starts_with('-');
  if (is_negative) text.remove_prefix(1);
  const std::optional<std::int64_t> ms = ParseDuration(text);
  if (!ms) return std::nullopt;
  return is_negative ? -*ms : *ms;
}

std::optional<double> ParseShare(std::string_view text) {
  std::optional<double> share = TakeNumber(text);
  if (share && text == "%") {
    *share /= 100;
  } else if (!text.empty()) {
    return std::nullopt;
  }
  return share && *share <= 1 ? share : std::nullopt;
}

std::optional<std::uint64_t> ParseSize(std::string_view given) {
  const std::string plain = WithoutUnderscores(given);
  std::string_view text = plain;
  const std::optional<double> number = TakeNumber(text);
  if (!number) return std::nullopt;
  if (text.size() > 1 && text.front() == ' ') text.remove_prefix(1);
  for (const Unit& unit : kSizeUnits) {
    if (InLowerCase(unit.name) == InLowerCase(text)) {
      return Whole(*number * unit.factor);
    }
  }
  return std::nullopt;
}

std::optional<double> ParseRate(std::string_view given) {
  const std::string plain = WithoutUnderscores(given);
  const std::string_view text = plain;
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::optional<double> count =
      ParseScaled(text.substr(0, slash), kCountUnits);
  const std::optional<double> seconds =
      Factor(kPerUnits, text.substr(slash + 1));
  if (!count || !seconds) return std::nullopt;
  return *count / *seconds;
}

std::optional<std::uint64_t> ParseCount(std::string_view given) {
  const std::string plain = WithoutUnderscores(given);
  const std::string_view text = plain;
  // Plain digits are read as an integer: 2^53 + 1 must not be rounded.
  const bool digits = text.find_first_not_of("0123456789") == text.npos;
  if (const auto exact = ParseUnsigned(text); digits && exact) {
    return *exact <= kLargestExact ? exact : std::nullopt;
  }
  const std::optional<double> value = ParseScaled(text, kCountUnits);
  if (!value || *value != std::floor(*value)) return std::nullopt;
  return Whole(value);
}

std::optional<std::uint64_t> ParseUnsigned(std::string_view text) {
  int base = 10;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    text.remove_prefix(2);
    base = 16;
  }
  std::uint64_t value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{} || end != text.data() + text.size() ||
      text.empty()) {
    return std::nullopt;
  }
  return value;
}

std::string FormatDuration(std::int64_t ms) {
  if (ms < kMsPerSecond) return std::to_string(ms) + " ms";
  if (ms < kMsPerMinute) {
    // Truncated like the larger units, so that just under a minute is not 60.0
    // s.
    std::string text = std::to_string(ms / kMsPerSecond);
    if (ms % kMsPerSecond >= 100) {
      text += '.' + std::to_string(ms / 100 % 10);
    }
    return text + " s";
  }
  const auto pair = [](std::int64_t large, const char* large_unit,
                       std::int64_t small, const char* small_unit) {
    std::string text = std::to_string(large) + ' ' + large_unit;
    if (small > 0) text += ' ' + std::to_string(small) + ' ' + small_unit;
    return text;
  };
  if (ms < kMsPerHour) {
    return pair(ms / kMsPerMinute, "min", ms / kMsPerSecond % 60, "s");
  }
  if (ms < kMsPerDay) {
    return pair(ms / kMsPerHour, "h", ms / kMsPerMinute % 60, "min");
  }
  return pair(ms / kMsPerDay, "d", ms / kMsPerHour % 24, "h");
}

std::string FormatDurationExact(std::int64_t ms) {
  if (ms == 0) return "0s";
  std::string text = ms < 0 ? "-" : "";
  ms = std::abs(ms);
  const auto take = [&](std::int64_t unit, const char* name) {
    if (ms >= unit) text += std::to_string(ms / unit) + name;
    ms %= unit;
  };
  take(kMsPerDay, "d");
  take(kMsPerHour, "h");
  take(kMsPerMinute, "m");
  take(kMsPerSecond, "s");
  take(1, "ms");
  return text;
}

std::string FormatSize(double bytes) {
  static constexpr const char* kNames[] = {"B", "kB", "MB", "GB", "TB", "PB"};
  int unit = 0;
  while (bytes >= 999.5 && unit < 5) {
    bytes /= 1000;
    ++unit;
  }
  return (unit == 0 ? Number(bytes, 0) : ThreeDigits(bytes)) + ' ' +
         kNames[unit];
}

std::string FormatNanos(std::int64_t ns) {
  const auto us = static_cast<double>(ns) / 1e3;
  std::array<char, 32> text;
  if (us < 1000) {
    std::snprintf(text.data(), text.size(), "%.0f us", us);
  } else if (us < 1e6) {
    std::snprintf(text.data(), text.size(), "%.3g ms", us / 1e3);
  } else {
    std::snprintf(text.data(), text.size(), "%.3g s", us / 1e6);
  }
  return text.data();
}

std::string FormatCount(std::uint64_t count) {
  std::string text = std::to_string(count);
  for (int i = static_cast<int>(text.size()) - 3; i > 0; i -= 3) {
    text.insert(static_cast<std::size_t>(i), 1, ',');
  }
  return text;
}

std::string FormatAmount(double amount) {
  static constexpr const char* kNames[] = {"", " k", " M", " G", " T"};
  int unit = 0;
  while (amount >= 999.5 && unit < 4) {
    amount /= 1000;
    ++unit;
  }
  return ThreeDigits(amount) + kNames[unit];
}

}  // namespace busyhour::internal
