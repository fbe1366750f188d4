#include "read/log_detector.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <unordered_set>
#include <utility>

#include "base/ascii.h"
#include "logs/field_names.h"

namespace busyhour {
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
    named.record.values.push_back(value);
    // The record is this object, or this object is a member of it.
    for (const int object :
         {value.object,
          whole.objects[static_cast<std::size_t>(value.object)].parent}) {
      if (object >= 0 && objects.size() < kMaxObjects &&
          std::find(objects.begin(), objects.end(), object) == objects.end()) {
        objects.push_back(object);
      }
    }
  }
  std::sort(objects.begin(), objects.end());
  return named;
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

Score ScoreOf(const ReceivedRecord& record, int object,
              std::span<const Column> columns, bool is_preferred) {
  Score score;
  for (const Column& column : columns) {
    const Value* const value = FindValue(record, object, column);
    if (value == nullptr) {
      score.fit -= is_preferred ? 0 : 1;
      continue;
    }
    score.fit += value->name == column.name ? 1 : 0;
    ++score.names;
    score.likeness += 2 * Likeness(column.name, value->name);
    // One more if the value is in the object that its column belongs to.
    const std::string_view holder =
        record.objects[static_cast<std::size_t>(value->object)].key;
    score.likeness +=
        column.parent.empty() || SameLetters(holder, column.parent) ? 1 : 0;
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
        scores[log] = ScoreOf(named.record, object, Columns(log, shape),
                              shape == preferred_);
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
    for (const Column& column : Columns(log, best->shape)) {
      const Value* const value = FindValue(named.record, best->object, column);
      best->places[log].push_back(
          value == nullptr
              ? -1
              : static_cast<int>(named.places[static_cast<std::size_t>(
                    value - named.record.values.data())]));
    }
  }
  return best;
}

const Value* FindValue(const ReceivedRecord& record, int object,
                       const Column& column) {
  const Value* like = nullptr;
  int best = 0;
  for (const Value& value : record.values) {
    if (value.name.size() < column.name.size() -
                                std::min(column.name.size(), kUtcMark.size()) ||
        value.name.size() > column.name.size() + kUtcMark.size()) {
      continue;
    }
    const int likeness = Likeness(column.name, value.name);
    if (likeness == 0) continue;
    int rank = 2 * likeness;
    if (!column.parent.empty()) {
      const ReceivedRecord::Object& holder =
          record.objects[static_cast<std::size_t>(value.object)];
      if (holder.parent == object && SameLetters(holder.key, column.parent)) {
        ++rank;
      } else if (value.object != object) {
        continue;
      }
    } else if (value.object != object) {
      continue;
    }
    // If a name is repeated, the last value counts, as in most parsers.
    if (rank >= best) {
      best = rank;
      like = &value;
    }
  }
  return like;
}

bool IsColumnName(std::string_view name) {
  constexpr std::size_t kLongest = 64;
  static const std::unordered_set<std::string> known = [] {
    std::unordered_set<std::string> names;
    for (const std::string_view each : AllColumnNames()) {
      std::string lower(WithoutUtc(each));
      std::transform(lower.begin(), lower.end(), lower.begin(), LowerOf);
      names.insert(std::move(lower));
    }
    return names;
  }();
  name = WithoutUtc(name);
  if (name.size() > kLongest) return false;
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(), LowerOf);
  return known.contains(lower);
}

bool LooksLikeHeader(const std::vector<std::string_view>& names) {
  const auto known = static_cast<std::size_t>(
      std::count_if(names.begin(), names.end(), IsColumnName));
  return known >= 3 || (known == 2 && names.size() == 2);
}

}  // namespace busyhour
