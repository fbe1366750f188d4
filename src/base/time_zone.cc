#include "base/time_zone.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

#include "base/fingerprint.h"
#include "base/posix_rule.h"
#include "base/time.h"

namespace busyhour::internal {
namespace {

constexpr std::int64_t kEndOfTime = kLatestTime.ms / kMsPerSecond;
constexpr int kFirstYear = 1970;
constexpr int kLastYear = 2500;
// RFC 8536: local time is at most 25 hours behind and 26 hours before UTC.
constexpr std::int32_t kLeastOffset = -89'999;
constexpr std::int32_t kMostOffset = 93'599;

// The counts in the header of a block.
struct Counts {
  std::uint64_t is_ut = 0;
  std::uint64_t is_standard = 0;
  std::uint64_t leap_seconds = 0;
  std::uint64_t changes = 0;
  std::uint64_t types = 0;
  std::uint64_t characters = 0;

  // The size of the block's data, with times of `time_bytes` bytes. No sum of
  // numbers of 32 bits overflows.
  std::uint64_t Size(std::uint64_t time_bytes) const {
    return changes * (time_bytes + 1) + types * 6 + characters +
           leap_seconds * (time_bytes + 4) + is_standard + is_ut;
  }
};

// Numbers of a TZif file: big-endian, in two's complement.
class TzifReader {
 public:
  explicit TzifReader(std::string_view content) : rest_(content) {}

  std::string_view rest() const { return rest_; }
  std::uint64_t left() const { return rest_.size(); }
  void Skip(std::uint64_t bytes) { rest_.remove_prefix(bytes); }
  std::uint64_t Unsigned(std::size_t bytes) {
    std::uint64_t value = 0;
    for (const char c : rest_.substr(0, bytes)) {
      value = value << 8 | static_cast<unsigned char>(c);
    }
    rest_.remove_prefix(bytes);
    return value;
  }

 private:
  std::string_view rest_;
};

// Reads a header; false if there is none.
bool ReadHeader(TzifReader& reader, char& version, Counts& counts) {
  constexpr std::string_view kMagic = "TZif";
  constexpr std::size_t kHeaderBytes = 44;
  if (reader.left() < kHeaderBytes || !reader.rest().starts_with(kMagic)) {
    return false;
  }
  version = reader.rest()[kMagic.size()];
  reader.Skip(20);
  for (std::uint64_t* count :
       {&counts.is_ut, &counts.is_standard, &counts.leap_seconds,
        &counts.changes, &counts.types, &counts.characters}) {
    *count = reader.Unsigned(4);
  }
  return true;
}

// Reads the changes of a block; the first offset goes to `zone`. Returns why
// they are invalid, or nothing.
std::string ReadChanges(TzifReader& reader, const Counts& counts,
                        TimeZone& zone) {
  zone.changes.resize(counts.changes);
  for (TimeZone::Change& change : zone.changes) {
    change.at_s = static_cast<std::int64_t>(reader.Unsigned(8));
  }
  std::vector<std::uint64_t> type_of(counts.changes);
  for (std::uint64_t& type : type_of) type = reader.Unsigned(1);
  std::vector<std::int32_t> offsets(counts.types);
  for (std::int32_t& offset : offsets) {
    offset = static_cast<std::int32_t>(reader.Unsigned(4));
    if (offset < kLeastOffset || offset > kMostOffset) {
      return "has an offset of " + std::to_string(offset) + " s";
    }
    reader.Skip(2);
  }
  zone.first_offset_s = offsets.front();
  for (std::size_t i = 0; i < zone.changes.size(); ++i) {
    if (type_of[i] >= offsets.size()) return "has a type that does not exist";
    zone.changes[i].offset_s = offsets[type_of[i]];
    if (i > 0 && zone.changes[i].at_s <= zone.changes[i - 1].at_s) {
      return "has changes that are not in order";
    }
  }
  return "";
}

// Adds the changes of the rule after the last change of the file.
bool AddRule(std::string_view footer, TimeZone& zone) {
  if (footer.size() < 2 || footer.front() != '\n' ||
      footer.find('\n', 1) != footer.size() - 1) {
    return false;
  }
  footer = footer.substr(1, footer.size() - 2);
  if (footer.empty()) return true;  // the last offset stays
  const std::optional<PosixRule> rule = ParsePosixRule(footer);
  if (!rule || rule->standard_s < kLeastOffset ||
      rule->standard_s > kMostOffset || rule->daylight_s < kLeastOffset ||
      rule->daylight_s > kMostOffset) {
    return false;
  }
  const bool alone = zone.changes.empty();
  if (alone) zone.first_offset_s = rule->standard_s;
  const std::int64_t after = alone ? INT64_MIN : zone.changes.back().at_s;
  std::vector<TimeZone::Change> added;
  for (int year = kFirstYear - 1; year <= kLastYear; ++year) {
    for (const TimeZone::Change& change : rule->ChangesIn(year)) {
      if (change.at_s > after) added.push_back(change);
    }
  }
  // Of two changes at one instant the later year's counts: daylight time all
  // year is a rule that ends with one year and begins with the next.
  std::stable_sort(added.begin(), added.end(),
                   [](const TimeZone::Change& a, const TimeZone::Change& b) {
                     return a.at_s < b.at_s;
                   });
  zone.changes.insert(zone.changes.end(), added.begin(), added.end());
  return true;
}

// Keeps the changes of simulated time that have an effect.
void Simplify(TimeZone& zone) {
  std::vector<TimeZone::Change> kept;
  for (std::size_t i = 0; i < zone.changes.size(); ++i) {
    const TimeZone::Change& change = zone.changes[i];
    const bool replaced =
        i + 1 < zone.changes.size() && zone.changes[i + 1].at_s == change.at_s;
    if (replaced || change.at_s >= kEndOfTime) continue;
    if (change.at_s <= 0) {
      zone.first_offset_s = change.offset_s;
      continue;
    }
    const std::int32_t before =
        kept.empty() ? zone.first_offset_s : kept.back().offset_s;
    if (change.offset_s != before) kept.push_back(change);
  }
  zone.changes = std::move(kept);
}

}  // namespace

std::int32_t TimeZone::OffsetAt(std::int64_t utc_s) const noexcept {
  const auto next = std::upper_bound(
      changes.begin(), changes.end(), utc_s,
      [](std::int64_t at_s, const Change& each) { return at_s < each.at_s; });
  return next == changes.begin() ? first_offset_s : std::prev(next)->offset_s;
}

std::int64_t TimeZone::FirstInstantOf(std::int64_t local_s) const noexcept {
  // The instant is in the first span of constant offset that ends after it.
  std::int64_t begin = INT64_MIN;
  std::int32_t offset = first_offset_s;
  auto next = std::upper_bound(
      changes.begin(), changes.end(), local_s - kMostOffset,
      [](std::int64_t at_s, const Change& each) { return at_s < each.at_s; });
  if (next != changes.begin()) {
    begin = std::prev(next)->at_s;
    offset = std::prev(next)->offset_s;
  }
  for (; next != changes.end(); ++next) {
    const std::int64_t instant = std::max(begin, local_s - offset);
    if (instant < next->at_s) return instant;
    begin = next->at_s;
    offset = next->offset_s;
  }
  return std::max(begin, local_s - offset);
}

std::string TimeZone::RulesFingerprint() const {
  std::string text = std::to_string(first_offset_s);
  for (const Change& change : changes) {
    text += '\n' + std::to_string(change.at_s) + ' ' +
            std::to_string(change.offset_s);
  }
  std::uint64_t hash = HashOf(text);
  std::string digits(16, '0');
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit) {
    *digit = "0123456789abcdef"[hash & 15];
    hash >>= 4;
  }
  return digits;
}

std::optional<TimeZone> ParseTimeZone(std::string_view content,
                                      std::string& trouble) {
  TzifReader reader(content);
  char version = 0;
  Counts counts;
  const auto refuse = [&trouble](std::string why) {
    trouble = std::move(why);
    return std::nullopt;
  };
  if (!ReadHeader(reader, version, counts)) return refuse("is not a TZif file");
  if (version < '2') {
    return refuse("is of TZif version 1, which ends in 2037");
  }
  // The first block has the same changes with times of 32 bits.
  if (counts.Size(4) > reader.left()) return refuse("is truncated");
  reader.Skip(counts.Size(4));
  if (!ReadHeader(reader, version, counts)) return refuse("is truncated");
  if (counts.Size(8) > reader.left()) return refuse("is truncated");
  if (counts.types == 0) return refuse("has no offset");
  if (counts.leap_seconds != 0) {
    return refuse("counts leap seconds, which no log does");
  }
  TimeZone zone;
  const std::string_view footer =
      reader.rest().substr(static_cast<std::size_t>(counts.Size(8)));
  if (std::string why = ReadChanges(reader, counts, zone); !why.empty()) {
    return refuse(std::move(why));
  }
  if (!AddRule(footer, zone)) {
    return refuse("has no valid rule for the time after its last change");
  }
  Simplify(zone);
  return zone;
}

}  // namespace busyhour::internal
