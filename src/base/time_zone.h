#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace busyhour::internal {

/// The local time of a place: its offset from UTC from 1970 to 2500, with every
/// change of the clocks. Instants are in seconds since 1970.
///
/// A plain value: nothing is read after it has been made.
struct TimeZone {
  /// A change of the offset.
  struct Change {
    std::int64_t at_s = 0;
    /// Local time minus UTC from then on.
    std::int32_t offset_s = 0;

    friend bool operator==(const Change&, const Change&) = default;
  };

  /// `Europe/Oslo`; empty for a constant offset.
  std::string name;
  std::int32_t first_offset_s = 0;  ///< before the first change
  std::vector<Change> changes;      ///< in order of time

  /// Local time minus UTC at an instant.
  std::int32_t OffsetAt(std::int64_t utc_s) const noexcept;
  /// The first instant at which the local clock shows `local_s` or later: for a
  /// time that occurs twice, the first; for a skipped time, the change itself.
  std::int64_t FirstInstantOf(std::int64_t local_s) const noexcept;
  /// A fingerprint of the offsets, 16 hexadecimal digits: it differs between
  /// versions of the time zone database that disagree on this zone.
  std::string RulesFingerprint() const;

  friend bool operator==(const TimeZone&, const TimeZone&) = default;
};

/// Reads the content of a TZif file of version 2 or later (RFC 8536). The years
/// after its last change follow the rule in its footer. Nothing if the content
/// is invalid; `trouble` is then the reason.
std::optional<TimeZone> ParseTimeZone(std::string_view content,
                                      std::string& trouble);

/// The zone of that name in the time zone database: the directory in the
/// environment variable `TZDIR`, else /usr/share/zoneinfo. Nothing if there is
/// no such zone or it is invalid; `trouble` is then the reason, with the
/// nearest name.
std::optional<TimeZone> FindTimeZone(const std::string& name,
                                     std::string& trouble);

}  // namespace busyhour::internal
