#include "read/log_detector.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <unordered_set>
#include <utility>

#include "logs/field_names.h"

namespace busyhour::internal {
namespace {

using Value = ReceivedRecord::Value;

constexpr std::size_t kMaxKnown = 4096;
// Maximum number of examined values with column names, and of examined objects
// that contain such values.
constexpr std::size_t kMaxNamed = 256;
constexpr std::size_t kMaxObjects = 16;

// The values of a record that have column names; only these are examined.
struct Named {
  ReceivedRecord record;            // all objects, but only these values
  std::vector<std::string> plain;   // their plain names
  std::vector<std::size_t> places;  // of these values in the whole record
  std::vector<int> objects;         // objects that may be the record, in order
};

Named NamedOf(const ReceivedRecord& whole) {
  Named named;
  named.record.objects = whole.objects;
  std::vector<int>& objects = named.objects;
  for (std::size_t i = 0;
       i < whole.values.size() && named.record.values.size() < kMaxNamed; ++i) {
    const Value& value = whole.values[i];
    if (!IsColumnName(value.name)) continue;
    named.places.push_back(i);
    named.plain.push_back(PlainName(value.name));
    named.record.values.push_back(value);
    // The record is this object, or this object is inside it.
    for (int object = value.object;
         object >= 0 && objects.size() < kMaxObjects &&
         std::find(objects.begin(), objects.end(), object) == objects.end();
         object = whole.objects[static_cast<std::size_t>(object)].parent) {
      objects.push_back(object);
    }
  }
  std::sort(objects.begin(), objects.end());
  return named;
}

// Where a value is, relative to the object that its column belongs to.
enum class Nearness : std::uint8_t {
  kOutside,  // in an object around the record
  kInside,   // in another object inside the record
  kRecord,   // in the record, not in the nested object
  kExact,
};

bool IsInside(const ReceivedRecord& record, int object, int outer) {
  while (object > outer) {
    object = record.objects[static_cast<std::size_t>(object)].parent;
  }
  return object == outer;
}

Nearness NearnessOf(const ReceivedRecord& record, const Value& value,
                    int object, const Column& column) {
  const ReceivedRecord::Object& holder =
      record.objects[static_cast<std::size_t>(value.object)];
  const bool is_exact =
      column.parent.empty()
          ? value.object == object
          : holder.parent == object && Likeness(column.parent, holder.key) > 0;
  if (is_exact) return Nearness::kExact;
  if (value.object == object) return Nearness::kRecord;
  return IsInside(record, value.object, object) ? Nearness::kInside
                                                : Nearness::kOutside;
}

// The plain names of a log's columns.
const std::vector<std::string>& PlainNames(LogType log, Shape shape) {
  static const auto all = [] {
    PerLog<std::array<std::vector<std::string>, kShapeCount>> names;
    for (const LogType each : kLogTypes) {
      for (std::size_t i = 0; i < kShapeCount; ++i) {
        for (const Column& column : Columns(each, kShapes[i])) {
          names[each][i].push_back(PlainName(column.name));
        }
      }
    }
    return names;
  }();
  return all[log][static_cast<std::size_t>(shape)];
}

// A column's value.
struct Placed {
  int value = -1;  // index, or -1
  int likeness = 0;
  Nearness nearness = Nearness::kOutside;

  auto Rank() const {
    return std::pair(nearness != Nearness::kInside,
                     2 * likeness + static_cast<int>(nearness));
  }
};

// The values of the columns in an object, no farther than `farthest`. A value
// in the object that its column belongs to stands for no other column.
std::vector<Placed> PlaceColumns(const Named& named, int object, LogType log,
                                 Shape shape, Nearness farthest) {
  const ReceivedRecord& record = named.record;
  const std::span<const Column> columns = Columns(log, shape);
  const std::vector<std::string>& plain_names = PlainNames(log, shape);
  std::vector<Placed> places(columns.size());
  std::vector<bool> is_taken(record.values.size());
  for (const Nearness least :
       {Nearness::kExact, Nearness::kInside, Nearness::kOutside}) {
    if (least < farthest) break;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      Placed& best = places[i];
      if (best.value >= 0) continue;
      for (std::size_t j = 0; j < record.values.size(); ++j) {
        const Value& value = record.values[j];
        if (named.plain[j] != plain_names[i] || is_taken[j]) continue;
        const Placed placed{static_cast<int>(j),
                            Likeness(columns[i].name, value.name),
                            NearnessOf(record, value, object, columns[i])};
        if (placed.nearness < least) continue;
        // If a name is repeated, the last value counts, as in most parsers.
        if (best.value < 0 || placed.Rank() >= best.Rank()) best = placed;
      }
    }
    for (const Placed& each : places) {
      if (each.value < 0) continue;
      is_taken[static_cast<std::size_t>(each.value)] = true;
    }
  }
  return places;
}

// How well the names in an object match a log in a shape.
struct Score {
  int likeness = 0;
  // For shapes that match equally well: the number of exact names minus the
  // number of missing ones. For the preferred shape, missing names do not
  // count, because a pipeline may have removed them.
  int fit = 0;
  int names = 0;
  auto operator<=>(const Score&) const = default;
};

Score ScoreOf(const Named& named, int object, LogType log, Shape shape,
              bool is_preferred) {
  Score score;
  const std::span<const Column> columns = Columns(log, shape);
  const std::vector<Placed> places =
      PlaceColumns(named, object, log, shape, Nearness::kInside);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const Placed& placed = places[i];
    if (placed.value < 0) {
      score.fit -= is_preferred ? 0 : 1;
      continue;
    }
    const Value& value =
        named.record.values[static_cast<std::size_t>(placed.value)];
    score.fit += value.name == columns[i].name ? 1 : 0;
    ++score.names;
    // A value in another object may not belong to the record.
    score.likeness += placed.nearness == Nearness::kInside
                          ? placed.likeness
                          : 2 * placed.likeness;
    score.likeness += placed.nearness == Nearness::kExact ? 1 : 0;
  }
  return score;
}

}  // namespace

const std::optional<DetectedLog>& LogDetector::Detect(
    const ReceivedRecord& record, std::optional<int> object) {
  std::uint64_t hash = object ? static_cast<std::uint64_t>(*object) + 1 : 0;
  const auto mix = [&hash](std::string_view text, int where) {
    hash = (hash ^ std::hash<std::string_view>{}(text)) * 0x9e3779b97f4a7c15u +
           static_cast<std::uint64_t>(where);
    hash ^= hash >> 29;
  };
  for (const ReceivedRecord::Object& each : record.objects) {
    mix(each.key, each.parent);
  }
  for (const Value& each : record.values) mix(each.name, each.object);
  mix({}, static_cast<int>(record.values.size()));
  if (const auto at = known_.find(hash); at != known_.end()) return at->second;
  if (known_.size() >= kMaxKnown) known_.clear();
  return known_.emplace(hash, Find(record, object)).first->second;
}

std::optional<DetectedLog> LogDetector::Find(const ReceivedRecord& whole,
                                             std::optional<int> only) const {
  constexpr int kLeast = 4;  // one exact name, or two equivalent ones
  const Named named = NamedOf(whole);
  std::optional<DetectedLog> best;
  Score best_score;
  for (const int object : named.objects) {
    if (only && *only != object) continue;
    const auto consider = [&](Shape shape) {
      PerLog<Score> scores;
      for (const LogType log : kLogTypes) {
        scores[log] = ScoreOf(named, object, log, shape, shape == preferred_);
      }
      const auto most = std::max_element(scores.begin(), scores.end());
      if (most->likeness < kLeast ||
          (best && std::pair(most->likeness, most->fit) <=
                       std::pair(best_score.likeness, best_score.fit))) {
        return;
      }
      best_score = *most;
      best = DetectedLog{};
      best->object = object;
      best->shape = shape;
      best->names = most->names;
      best->log = kLogTypes[static_cast<std::size_t>(most - scores.begin())];
      for (const LogType log : kLogTypes) {
        if (scores[log].likeness == most->likeness) best->logs.Add(log);
      }
    };
    consider(preferred_);
    for (const Shape shape : kShapes) {
      if (shape != preferred_) consider(shape);
    }
  }
  if (!best) return best;
  for (const LogType log : best->logs) {
    for (const Placed& placed :
         PlaceColumns(named, best->object, log, best->shape,
                      only ? Nearness::kInside : Nearness::kOutside)) {
      best->places[log].push_back(
          placed.value < 0
              ? -1
              : static_cast<int>(
                    named.places[static_cast<std::size_t>(placed.value)]));
    }
  }
  return best;
}

bool IsColumnName(std::string_view name) {
  constexpr std::size_t kLongest = 128;
  static const std::unordered_set<std::string> known = [] {
    std::unordered_set<std::string> names;
    for (const std::string_view each : AllColumnNames()) {
      names.insert(PlainName(each));
    }
    return names;
  }();
  return name.size() <= kLongest && known.contains(PlainName(name));
}

bool LooksLikeHeader(const std::vector<std::string_view>& names) {
  const auto known = static_cast<std::size_t>(
      std::count_if(names.begin(), names.end(), IsColumnName));
  return known >= 3 || (known == 2 && names.size() == 2);
}

}  // namespace busyhour::internal
