#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Quantities in text form. Parsers return nothing if the text is not entirely
// such a quantity, or if the quantity is too large. In sizes, rates and counts,
// an underscore may separate digits: `1_000`.

namespace busyhour::internal {

/// `250ms 90s 10m 2h 7d`, also `1.5h` and `1h30m`. Milliseconds, not negative.
std::optional<std::int64_t> ParseDuration(std::string_view text);
/// The same, optionally with a minus sign.
std::optional<std::int64_t> ParseSignedDuration(std::string_view text);
/// `0.001` or `0.1%`, in [0, 1].
std::optional<double> ParseShare(std::string_view text);
/// `1000 64KiB 1.5MB 10gb`, also `10 GB`: B, kB, MB, GB, TB (powers of 1000),
/// KiB, MiB, GiB, TiB (powers of 1024), in upper or lower case. Bytes.
std::optional<std::uint64_t> ParseSize(std::string_view text);
/// `500/s 2M/min 36000/h 1e6/d`, with k or K, M, G for the count. Per second.
std::optional<double> ParseRate(std::string_view text);
/// `1000 1_000 20k 20K 5M 1G 1e6`: a whole number.
std::optional<std::uint64_t> ParseCount(std::string_view text);
/// A whole number in decimal or `0x` hexadecimal form, without other
/// characters.
std::optional<std::uint64_t> ParseUnsigned(std::string_view text);

/// `850 ms`, `2.5 s`, `3 min 20 s`, `1 h 4 min`, `2 d 3 h`.
std::string FormatDuration(std::int64_t ms);
/// The same without rounding, as `ParseDuration` reads it: `1m30s`, `1h30m`,
/// `-5m`.
std::string FormatDurationExact(std::int64_t ms);
/// `712 B`, `61.2 MB`, `1.04 GB` (powers of 1000).
std::string FormatSize(double bytes);
/// A time in nanoseconds: `50 us`, `1.25 ms`, `2.5 s`.
std::string FormatNanos(std::int64_t ns);
/// `42,011`.
std::string FormatCount(std::uint64_t count);
/// `1.1 M`, `312 k`, `42.5`: three significant digits.
std::string FormatAmount(double amount);

}  // namespace busyhour::internal
