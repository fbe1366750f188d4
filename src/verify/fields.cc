#include "verify/fields.h"

#include <algorithm>
#include <string>
#include <unordered_set>

#include "logs/field_names.h"

namespace busyhour {
namespace {

using Value = ReceivedRecord::Value;

constexpr std::size_t kMaxKnown = 4096;
// Values with names of ours, and objects that hold any, that are looked at.
constexpr std::size_t kMaxNamed = 256;
constexpr std::size_t kMaxObjects = 16;

}  // namespace

const std::optional<Detected>& Detector::Detect(const ReceivedRecord& record,
                                                std::optional<int> object) {
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

std::optional<Detected> Detector::Find(const ReceivedRecord& whole,
                                       std::optional<int> only) const {
  constexpr int kLeast = 4;  // two columns by their very names
  std::optional<Detected> best;
  int best_likeness = 0;
  int best_fit = 0;
  // Only values with names of ours are worth looking at, and only so many.
  std::vector<std::size_t> places;
  ReceivedRecord record;
  record.objects = whole.objects;
  std::vector<int> objects;
  for (std::size_t i = 0;
       i < whole.values.size() && record.values.size() < kMaxNamed; ++i) {
    const Value& value = whole.values[i];
    if (!IsColumnName(value.name)) continue;
    places.push_back(i);
    record.values.push_back(value);
    // The record's own object, or that of a member of it.
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
  for (const int number : objects) {
    if (only && *only != number) continue;
    struct Score {
      int likeness = 0;
      // Of shapes that are alike: names to the letter, less those that are not
      // there. The preferred shape may have lost some on the way.
      int fit = 0;
      int names = 0;
      auto operator<=>(const Score&) const = default;
    };
    std::array<PerLog<Score>, kShapeCount> scores{};
    for (const Shape shape : kShapes) {
      for (const LogType log : kLogTypes) {
        Score& score = scores[static_cast<std::size_t>(shape)][log];
        for (const Column& column : Columns(log, shape)) {
          const Value* const value = FindValue(record, number, column);
          if (value == nullptr) {
            score.fit -= shape == preferred_ ? 0 : 1;
            continue;
          }
          score.fit += value->name == column.name ? 1 : 0;
          ++score.names;
          score.likeness += 2 * Likeness(column.name, value->name);
          // In its own place rather than beside it.
          const std::string_view holder =
              record.objects[static_cast<std::size_t>(value->object)].key;
          score.likeness +=
              column.parent.empty() || SameLetters(holder, column.parent) ? 1
                                                                          : 0;
        }
      }
    }
    const auto consider = [&](Shape shape) {
      const auto& of_shape = scores[static_cast<std::size_t>(shape)];
      const Score most = *std::max_element(of_shape.begin(), of_shape.end());
      if (most.likeness < kLeast ||
          (best && std::pair(most.likeness, most.fit) <=
                       std::pair(best_likeness, best_fit))) {
        return;
      }
      best_likeness = most.likeness;
      best_fit = most.fit;
      Detected found;
      found.object = number;
      found.shape = shape;
      found.names = most.names;
      found.log = kLogTypes[static_cast<std::size_t>(
          std::find(of_shape.begin(), of_shape.end(), most) -
          of_shape.begin())];
      for (const LogType log : kLogTypes) {
        if (of_shape[log].likeness == most.likeness) found.logs.Add(log);
      }
      best = found;
    };
    consider(preferred_);
    for (const Shape shape : kShapes) consider(shape);
  }
  if (best) {
    for (const LogType log : best->logs) {
      for (const Column& column : Columns(log, best->shape)) {
        const Value* const value = FindValue(record, best->object, column);
        best->places[log].push_back(
            value == nullptr ? -1
                             : static_cast<int>(places[static_cast<std::size_t>(
                                   value - record.values.data())]));
      }
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
    // Of several with one name the last counts, as most parsers have it.
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
