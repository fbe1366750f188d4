#include "encode/skeleton.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "encode/call_image.h"
#include "encode/put.h"
#include "encode/shape.h"
#include "logs/record.h"
#include "logs/recording_id.h"

namespace busyhour::internal {
namespace {

// Constant text up to this length is copied into every text of a following
// table. One piece less is worth the memory.
constexpr std::size_t kMaxJoinedBytes = 32;

/// A piece while its text is being built.
struct Draft {
  const Field* value = nullptr;
  /// The byte of a record that selects the text, or `kSameInAll`.
  std::uint8_t at = Field::kSameInAll;
  /// One text for each value of that byte.
  std::vector<std::string> texts;
  std::vector<std::size_t> billed;  ///< see `TextSize`
};

class Drafter {
 public:
  Drafter(const Vocabulary& vocabulary, LogType log, Shape shape,
          const RowFormat& rows)
      : vocabulary_(vocabulary),
        log_(log),
        shape_(Info(shape)),
        style_(rows.style) {
    AddFixed(rows.before);
    AddRow(Columns(log, shape));
    AddFixed(rows.after);
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
    // A missing time has no quotes, so they belong to the value.
    const bool has_own_quotes =
        column.field->kind == FieldKind::kOptionalTime &&
        column.type == Type::kDatetime;
    // A value between two texts is a URL, whose host has a dot.
    const bool is_url = column.field->after != nullptr;
    const std::string_view quote =
        is_csv ? (is_url ? "\"" : "")
               : (is_text && !has_own_quotes ? "\"" : "");
    if (style_ == RowStyle::kObject || style_ == RowStyle::kPage) {
      AddKey(column.name, "");
    }
    AddFixed(quote);
    AddValue(column);
    AddFixed(quote);
  }

  // A field is a text, a value of the record itself, or such a value between
  // two texts, each of which may be omitted.
  void AddValue(const Column& column) {
    const Field& field = *column.field;
    if (field.texts != nullptr) {
      AddTexts(column, field.texts(vocabulary_, log_), field.at);
    }
    if (!IsTable(field.kind)) AddRecordValue(field);
    if (field.after != nullptr) {
      AddTexts(column, field.after(vocabulary_, log_), field.after_at);
    }
  }

  // Texts that the byte at `at` selects.
  void AddTexts(const Column& column, const std::vector<std::string>& texts,
                std::uint8_t at) {
    const Field& field = *column.field;
    if (at != Field::kSameInAll) Join(at, texts.size());
    Draft& draft = Last();
    for (std::size_t i = 0; i < draft.texts.size(); ++i) {
      std::string text = texts[at == Field::kSameInAll ? 0 : i];
      if (text == kMissingText) {
        draft.texts[i] += Missing(column.type);
        continue;
      }
      if (field.kind == FieldKind::kBoolean) {
        text = text == "true" ? shape_.yes : shape_.no;
      }
      draft.texts[i] += field.after == nullptr ? Spell(text) : text;
      if (field.is_billed) draft.billed[i] += text.size();
    }
  }

  // Ensures that the text of the last draft depends on the byte at `at`. A
  // draft whose text is constant and short is converted; otherwise a new one is
  // begun.
  void Join(std::uint8_t at, std::size_t count) {
    Draft& last = Last();
    if (last.at == at) return;
    if (last.at != Field::kSameInAll ||
        last.texts[0].size() > kMaxJoinedBytes) {
      Begin(nullptr, at, count);
      return;
    }
    last.at = at;
    last.texts.resize(count, last.texts[0]);
    last.billed.resize(count, last.billed[0]);
  }

  void AddRecordValue(const Field& field) {
    // Times and addresses always contain a dot, so they are quoted.
    const bool is_quoted =
        style_ == RowStyle::kCsv && (field.kind == FieldKind::kTime ||
                                     field.kind == FieldKind::kShortTime ||
                                     field.kind == FieldKind::kArrival ||
                                     field.kind == FieldKind::kCallerAddress);
    const std::string_view quote = is_quoted ? "\"" : "";
    AddFixed(quote);
    Begin(&field, Field::kSameInAll, 1);
    AddFixed(quote);
  }

  std::string_view Missing(Type type) const {
    if (type == Type::kString) return shape_.missing_text;
    return style_ == RowStyle::kCsv ? "" : shape_.missing_value;
  }

  std::string Spell(const std::string& text) const {
    if (style_ != RowStyle::kCsv || !NeedsCsvQuotes(text)) return text;
    return '"' + text + '"';
  }

  void Begin(const Field* value, std::uint8_t at, std::size_t count) {
    drafts_.push_back({value, at, std::vector<std::string>(count),
                       std::vector<std::size_t>(count)});
  }

  Draft& Last() {
    if (drafts_.empty()) Begin(nullptr, Field::kSameInAll, 1);
    return drafts_.back();
  }

  void AddFixed(std::string_view text) {
    for (std::string& each : Last().texts) each += text;
  }

  const Vocabulary& vocabulary_;
  const LogType log_;
  const ShapeInfo& shape_;
  const RowStyle style_;
  std::vector<Draft> drafts_;
};

// `bytes` rounded up to whole cache lines.
constexpr std::size_t InLines(std::size_t bytes) {
  return (bytes + kCacheLine - 1) / kCacheLine * kCacheLine;
}

// Maximum size of a value of the record, including quotes.
std::size_t MaxValueBytes(FieldKind kind) {
  constexpr std::size_t kQuotes = 2;
  switch (kind) {
    case FieldKind::kTime:
    case FieldKind::kShortTime:
    case FieldKind::kArrival:
      return TimeText::kMaxBytes;
    case FieldKind::kOptionalTime:
      return TimeText::kMaxBytes + kQuotes;
    case FieldKind::kFineSeconds:
      return kMaxFineSecondsBytes + kQuotes;
    case FieldKind::kRecordingId:
      return kRecordingIdBytes;
    case FieldKind::kMinutes:
      return kMaxQuantityBytes + kQuotes;
    case FieldKind::kFineMilliseconds:
      return kMaxFineMillisecondsBytes + kQuotes;
    case FieldKind::kCount:
      return kMaxCountBytes;
    case FieldKind::kSeconds:
      return kMaxSecondsBytes;
    case FieldKind::kMilliseconds:
    case FieldKind::kBilledSize:
      return kMaxUnsignedBytes;
    case FieldKind::kUserId:
      return std::max(kMaxGuidBytes, kMaxUnsignedBytes);
    case FieldKind::kCallerAddress:
      return kMaxIpv4Bytes;
    case FieldKind::kServerCallId:
      return sizeof CallImage::server_call_tail;
    case FieldKind::kOwnId:
    case FieldKind::kOtherId:
    case FieldKind::kItemId:
    case FieldKind::kCorrelationId:
    case FieldKind::kConnectionId:
      return kMaxGuidBytes;
    case FieldKind::kText:
    case FieldKind::kBoolean:
    case FieldKind::kNumber:
    case FieldKind::kReal:
      return 0;
  }
  return 0;
}

std::size_t LongestText(const Draft& draft) {
  std::size_t longest = 0;
  for (const std::string& text : draft.texts) {
    longest = std::max(longest, text.size());
  }
  return longest;
}

}  // namespace

Skeleton::Skeleton(const Vocabulary& vocabulary, LogType log, Shape shape,
                   const RowFormat& rows)
    : time_text_(&TimeText::Of(Info(shape).time)),
      quotes_csv_(rows.style == RowStyle::kCsv),
      quotes_optional_times_(quotes_csv_ || shape != Shape::kPortal),
      missing_value_(quotes_csv_ ? "" : Info(shape).missing_value),
      granularity_ms_(vocabulary.usage_granularity_ms) {
  for (Draft& draft : Drafter(vocabulary, log, shape, rows).Take()) {
    const std::size_t longest = LongestText(draft);
    Piece piece;
    if (longest > std::numeric_limits<std::uint16_t>::max()) {
      throw std::length_error("a text of the logs is longer than 64 KiB");
    }
    piece.steps = static_cast<std::uint16_t>(CopySteps(longest));
    max_bytes_ += longest;
    if (draft.value != nullptr) {
      piece.has_value = true;
      piece.value = draft.value->kind;
      piece.value_at = draft.value->at;
      max_bytes_ += MaxValueBytes(piece.value);
      has_item_id_ = has_item_id_ || piece.value == FieldKind::kItemId;
      counts_billed_ = counts_billed_ || piece.value == FieldKind::kBilledSize;
      reads_whole_image_ = reads_whole_image_ ||
                           piece.value == FieldKind::kServerCallId ||
                           piece.value == FieldKind::kConnectionId;
    }
    const std::size_t stride = InLines((1 + piece.steps) * kCopyStep);
    piece.offset = static_cast<std::uint32_t>(texts_.size() + kCopyStep);
    if (draft.at != Field::kSameInAll) {
      piece.index_at = draft.at;
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
  const std::size_t begin = texts_.size();
  texts_.resize(begin + stride);
  char* const at = texts_.data() + begin + kCopyStep;
  std::memcpy(at - sizeof size, &size, sizeof size);
  std::memcpy(at, text.data(), text.size());
}

}  // namespace busyhour::internal
