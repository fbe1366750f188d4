#include "encode/skeleton.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <utility>

#include "encode/call_image.h"
#include "encode/put.h"
#include "encode/shape.h"

namespace busyhour {
namespace {

// Constant text that is at most so long is put into every text of a table that
// follows: a piece less is worth the memory.
constexpr std::size_t kMaxJoinedBytes = 32;

/// A piece while its text is still growing.
struct Draft {
  std::optional<Field> value;
  Selector selector = Selector::kRun;  ///< of the text
  /// One text for each index of the selector.
  std::vector<std::string> texts;
  std::vector<std::size_t> billed;  ///< see `TextSize`
};

class Drafter {
 public:
  Drafter(const Vocabulary& vocabulary, LogType log, Shape shape, Frame frame)
      : vocabulary_(vocabulary),
        log_(log),
        shape_(Info(shape)),
        style_(RowStyleOf(frame, shape)) {
    AddFixed(Info(frame).separator);
    AddRow(Columns(log, shape));
    AddFixed(Info(frame).terminator);
  }

  std::vector<Draft> Take() { return std::move(drafts_); }

 private:
  void AddRow(std::span<const Column> columns) {
    if (style_ == RowStyle::kPage) AddFixed("{\n");
    if (style_ == RowStyle::kObject) AddFixed("{");
    if (style_ == RowStyle::kArray) AddFixed("[");
    std::string_view parent;
    const char* comma = "";
    for (const Column& column : columns) {
      if (style_ == RowStyle::kObject && column.parent != parent) {
        if (!parent.empty()) AddFixed("}");
        AddFixed(comma);
        comma = "";
        if (!column.parent.empty()) AddKey(column.parent, "{");
        parent = column.parent;
      }
      AddFixed(comma);
      comma = style_ == RowStyle::kPage ? ",\n" : ",";
      AddColumn(column);
    }
    if (!parent.empty()) AddFixed("}");
    if (style_ == RowStyle::kPage) AddFixed("\n}");
    if (style_ == RowStyle::kObject) AddFixed("}");
    if (style_ == RowStyle::kArray) AddFixed("]");
  }

  void AddKey(std::string_view name, std::string_view open) {
    AddFixed("\"");
    AddFixed(name);
    AddFixed(style_ == RowStyle::kPage ? "\": " : "\":");
    AddFixed(open);
  }

  void AddColumn(const Column& column) {
    const bool is_csv = style_ == RowStyle::kCsv;
    const bool is_text =
        column.type == Type::kString || column.type == Type::kDatetime;
    const std::string_view quote = is_text && !is_csv ? "\"" : "";
    if (style_ == RowStyle::kObject || style_ == RowStyle::kPage) {
      AddKey(column.name, "");
    }
    AddFixed(quote);
    AddValue(column.field);
    AddFixed(quote);
  }

  void AddValue(Field field) {
    const Selector selector = SelectorOf(field, log_);
    switch (selector) {
      case Selector::kRun: {
        const std::string text = vocabulary_.Text(field, log_, 0);
        AddFixed(Spell(text));
        if (IsBilled(field)) {
          for (std::size_t& billed : drafts_.back().billed)
            billed += text.size();
        }
        return;
      }
      case Selector::kRecord:
        // A participant's id begins with a text that depends on its kind.
        if (field == Field::kUserIdA) AddTable(field, Selector::kOperation);
        AddRecordValue(field);
        return;
      case Selector::kNode:
        // A server call id ends in a text of its own.
        AddTable(field, selector);
        AddRecordValue(field);
        return;
      case Selector::kClient:
      case Selector::kOperation:
      case Selector::kResult:
      case Selector::kSubOperation:
      case Selector::kFlags:
        AddTable(field, selector);
        return;
    }
  }

  void AddTable(Field field, Selector selector) {
    Join(selector);
    Draft& draft = drafts_.back();
    for (std::size_t i = 0; i < draft.texts.size(); ++i) {
      std::string text = vocabulary_.Text(field, log_, i);
      if (selector == Selector::kFlags) {
        text = text == "true" ? shape_.yes : shape_.no;
      }
      draft.texts[i] += Spell(text);
      if (IsBilled(field)) draft.billed[i] += text.size();
    }
  }

  // Makes the last draft one of `selector`: if it is not, it can become one as
  // long as its text is constant and short, or else a new one is begun.
  void Join(Selector selector) {
    Draft& last = drafts_.back();
    if (last.selector == selector) return;
    if (last.selector != Selector::kRun ||
        last.texts[0].size() > kMaxJoinedBytes) {
      Begin(std::nullopt, selector);
      return;
    }
    const std::size_t count = vocabulary_.Count(selector, log_);
    last.selector = selector;
    last.texts.resize(count, last.texts[0]);
    last.billed.resize(count, last.billed[0]);
  }

  void AddRecordValue(Field field) {
    // Times and addresses always hold a dot, and thus are quoted.
    const bool is_quoted =
        style_ == RowStyle::kCsv &&
        (field == Field::kTime || field == Field::kStartTime ||
         field == Field::kEndTime || field == Field::kCallerIpAddress);
    const std::string_view quote = is_quoted ? "\"" : "";
    AddFixed(quote);
    Begin(field, Selector::kRun);
    AddFixed(quote);
  }

  std::string Spell(const std::string& text) const {
    if (style_ != RowStyle::kCsv || !NeedsCsvQuotes(text)) return text;
    return '"' + text + '"';
  }

  void Begin(std::optional<Field> value, Selector selector) {
    const std::size_t count = vocabulary_.Count(selector, log_);
    drafts_.push_back({value, selector, std::vector<std::string>(count),
                       std::vector<std::size_t>(count)});
  }

  void AddFixed(std::string_view text) {
    if (drafts_.empty()) Begin(std::nullopt, Selector::kRun);
    for (std::string& each : drafts_.back().texts) each += text;
  }

  const Vocabulary& vocabulary_;
  const LogType log_;
  const ShapeInfo& shape_;
  const RowStyle style_;
  std::vector<Draft> drafts_;
};

constexpr std::size_t LinesFor(std::size_t bytes) {
  return (bytes + kCacheLine - 1) / kCacheLine;
}

std::uint8_t IndexAt(Selector selector) {
  switch (selector) {
    case Selector::kOperation:
      return offsetof(Record, operation);
    case Selector::kResult:
      return offsetof(Record, result);
    case Selector::kSubOperation:
      return offsetof(Record, sub_operation);
    case Selector::kFlags:
      return offsetof(Record, flags);
    case Selector::kClient:
      return offsetof(Record, client);
    case Selector::kNode:
      return offsetof(Record, node);
    default:
      return 0;
  }
}

// The most bytes that a value of the record can take, with quotes.
std::size_t MaxValueBytes(Field field) {
  constexpr std::size_t kQuotes = 2;
  switch (field) {
    case Field::kTime:
    case Field::kStartTime:
    case Field::kEndTime:
      return TimeText::kMaxBytes;
    case Field::kQuantity:
      return kMaxQuantityBytes + kQuotes;
    case Field::kDurationMs:
    case Field::kBilledSize:
      return kMaxUnsignedBytes;
    case Field::kUserIdA:
      return std::max(kMaxGuidBytes, kMaxUnsignedBytes);
    case Field::kCallerIpAddress:
      return kMaxIpv4Bytes;
    case Field::kServerCallId:
      return sizeof CallImage::server_call_tail;
    default:  // GUIDs
      return kMaxGuidBytes;
  }
}

std::size_t LongestText(const Draft& draft) {
  std::size_t longest = 0;
  for (const std::string& text : draft.texts) {
    longest = std::max(longest, text.size());
  }
  return longest;
}

}  // namespace

bool IsBilled(Field field) {
  switch (field) {
    case Field::kTableResourceId:
    case Field::kSubscriptionId:
    case Field::kTableName:
    case Field::kIsBillable:
    case Field::kBilledSize:
      return false;
    default:
      return true;
  }
}

Skeleton::Skeleton(const Vocabulary& vocabulary, LogType log, Shape shape,
                   Frame frame)
    : time_text_(&TimeText::Of(Info(shape).time)),
      quotes_csv_(RowStyleOf(frame, shape) == RowStyle::kCsv),
      granularity_ms_(vocabulary.usage_granularity_ms) {
  for (Draft& draft : Drafter(vocabulary, log, shape, frame).Take()) {
    const std::size_t longest = LongestText(draft);
    Piece piece;
    if (longest > std::numeric_limits<std::uint16_t>::max()) {
      throw std::length_error("a text of the logs is longer than 64 KiB");
    }
    piece.steps = static_cast<std::uint16_t>(CopySteps(longest));
    max_bytes_ += longest;
    if (draft.value) {
      piece.has_value = true;
      piece.value = *draft.value;
      max_bytes_ += MaxValueBytes(*draft.value);
      counts_billed_ = counts_billed_ || piece.value == Field::kBilledSize;
    }
    const std::size_t stride =
        LinesFor((1 + piece.steps) * kCopyStep) * kCacheLine;
    piece.offset =
        static_cast<std::uint32_t>(texts_.size() * kCacheLine + kCopyStep);
    if (draft.selector != Selector::kRun) {
      piece.index_at = IndexAt(draft.selector);
      piece.stride = static_cast<std::uint32_t>(stride);
    }
    piece.number = static_cast<std::uint16_t>(text_count_);
    text_count_ += draft.texts.size();
    for (std::size_t i = 0; i < draft.texts.size(); ++i) {
      AddText(draft.texts[i], draft.billed[i], stride);
    }
    pieces_.push_back(piece);
  }
  max_bytes_ += kSlackBytes;
}

void Skeleton::AddText(const std::string& text, std::size_t billed,
                       std::size_t stride) {
  const TextSize size{static_cast<std::uint16_t>(text.size()),
                      static_cast<std::uint16_t>(billed)};
  const std::size_t line = texts_.size();
  texts_.resize(line + LinesFor(stride));
  char* const at = texts_[line].bytes + kCopyStep;
  std::memcpy(at - sizeof size, &size, sizeof size);
  std::memcpy(at, text.data(), text.size());
}

}  // namespace busyhour
