#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "measure/parser.h"

// Converts the events of a SAX parser to records: the path to the records,
// which depends on the frame, and their fields. Shared by all parsers with such
// an interface.

namespace busyhour::internal::parsers {

/// A container on the path from the root to the record.
struct Step {
  bool is_object = true;
  /// The key in the parent object.
  std::string_view key = {};
  /// Use only the first element of the parent array.
  bool first_only = false;
};

inline constexpr Step kJsonlSteps[] = {{true}};
inline constexpr Step kArraySteps[] = {{false}, {true}};
inline constexpr Step kEventHubSteps[] = {{true}, {false, "records"}, {true}};
inline constexpr Step kQuerySteps[] = {
    {true}, {false, "tables"}, {true, "", true}, {false, "rows"}, {false}};

inline std::span<const Step> StepsOf(Frame frame) {
  switch (frame) {
    case Frame::kArray:
      return kArraySteps;
    case Frame::kEventHub:
      return kEventHubSteps;
    case Frame::kQuery:
      return kQuerySteps;
    default:
      break;
  }
  return kJsonlSteps;
}

/// Takes the events of one document. An event that returns false stops the
/// parser: the document does not have the form of the frame.
class SaxRecords {
 public:
  SaxRecords(const Question& question, Collector& collector)
      : question_(question),
        collector_(collector),
        steps_(StepsOf(question.frame())),
        record_depth_(static_cast<int>(steps_.size())),
        task_(question.task()) {}

  bool OpenObject() { return Open(true); }
  bool OpenArray() { return Open(false); }

  bool Close() {
    if (depth_ == path_) {
      if (path_ == record_depth_) collector_.EndRecord();
      --path_;
    }
    --depth_;
    return true;
  }

  bool Key(std::string_view name) {
    if (!IsInRecord()) {
      is_on_way_ = depth_ == path_ && name == StepAt(path_).key;
    } else if (task_ == Task::kAll) {
      collector_.AnyName(name);
    } else if (task_ != Task::kCount) {
      if (depth_ == record_depth_) slot_ = question_.Find(name);
      if (IsInParent()) slot_ = question_.FindInside(name);
    }
    return true;
  }

  bool Text(std::string_view text) {
    if (!IsInRecord()) return IsAllowed();
    if (task_ == Task::kAll) {
      collector_.AnyText(text);
    } else if (const int slot = TakeSlot(); slot >= 0) {
      collector_.Text(slot, text);
    }
    return true;
  }
  bool Integer(std::int64_t value) {
    if (!IsInRecord()) return IsAllowed();
    if (task_ == Task::kAll) {
      collector_.AnyNumber(static_cast<double>(value));
    } else if (const int slot = TakeSlot(); slot >= 0) {
      collector_.Integer(slot, value);
    }
    return true;
  }
  bool Unsigned(std::uint64_t value) {
    return value <= INT64_MAX ? Integer(static_cast<std::int64_t>(value))
                              : Real(static_cast<double>(value));
  }
  /// A number that is not an integer, or is too large for one.
  bool Real(double value) {
    if (!IsInRecord()) return IsAllowed();
    if (task_ == Task::kAll) collector_.AnyNumber(value);
    TakeSlot();
    return true;
  }
  bool Boolean(bool value) {
    if (!IsInRecord()) return IsAllowed();
    if (task_ == Task::kAll) collector_.AnyBoolean(value);
    TakeSlot();
    return true;
  }
  bool Null() {
    if (!IsInRecord()) return IsAllowed();
    if (task_ == Task::kAll) collector_.AnyNull();
    TakeSlot();
    return true;
  }

  /// Whether the document contained the container of the records.
  bool has_records() const { return has_records_; }

 private:
  bool Open(bool is_object) {
    if (depth_ == kMaxDepth) return false;
    if (IsInRecord()) {
      const bool is_member = depth_ == record_depth_;
      const int slot = TakeSlot();
      ++depth_;
      if (is_member) is_parent_ = is_object && slot == Question::kParent;
      return true;
    }
    if (depth_++ != path_) return true;
    const Step& step = StepAt(path_);
    if (path_ > 0 && StepAt(path_ - 1).is_object && !is_on_way_) return true;
    if (step.first_only && has_seen_first_) return true;
    has_seen_first_ = has_seen_first_ || step.first_only;
    is_on_way_ = false;
    if (step.is_object != is_object) return false;
    ++path_;
    if (path_ + 1 >= record_depth_) has_records_ = true;
    if (IsInRecord()) {
      collector_.BeginRecord();
      column_ = 0;
    }
    return true;
  }

  const Step& StepAt(int depth) const {
    return steps_[static_cast<std::size_t>(depth)];
  }
  bool IsInRecord() const { return path_ == record_depth_; }
  bool IsInParent() const { return is_parent_ && depth_ == record_depth_ + 1; }
  // Whether a value that is not a container may occur here, outside of records.
  bool IsAllowed() const {
    if (depth_ == 0) return false;
    if (depth_ != path_) return true;
    return StepAt(path_ - 1).is_object && !is_on_way_;
  }

  // The slot of the next value.
  int TakeSlot() {
    if (depth_ == record_depth_) {
      return question_.is_rows() ? question_.SlotOf(column_++) : slot_;
    }
    return IsInParent() ? slot_ : Question::kNone;
  }

  const Question& question_;
  Collector& collector_;
  const std::span<const Step> steps_;
  const int record_depth_;
  const Task task_;
  int depth_ = 0;                // open containers
  int path_ = 0;                 // number of these on the path, with the record
  bool is_on_way_ = false;       // the last key is that of the next step
  bool has_seen_first_ = false;  // if only the first counts
  bool has_records_ = false;
  bool is_parent_ = false;      // the open member of the record is `kParent`
  int slot_ = Question::kNone;  // of the last key
  std::size_t column_ = 0;
};

}  // namespace busyhour::internal::parsers
