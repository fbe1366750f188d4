#include "arrow/arrow_batch.h"

#include <cstdint>
#include <cstring>
#include <utility>

#include "arrow/arrow_schema.h"

namespace busyhour::internal {
namespace {

// What an exported array points to.
struct ArrayParts : ExportedParts<ArrowArray> {
  std::shared_ptr<const void> owner;
  std::vector<const void*> buffers;
};

void Export(std::unique_ptr<ArrayParts> parts, std::size_t rows,
            std::size_t nulls, ArrowArray* out) {
  *out = {};
  out->length = static_cast<std::int64_t>(rows);
  out->null_count = static_cast<std::int64_t>(nulls);
  out->n_buffers = static_cast<std::int64_t>(parts->buffers.size());
  out->buffers = parts->buffers.data();
  ExportParts(std::move(parts), out);
}

// Bytes that are 0 or 1 as bits, the first one lowest.
void PackBits(const std::uint8_t* bytes, std::size_t count,
              std::vector<std::uint8_t>& bits) {
  constexpr std::uint64_t kGather = 0x0102'0408'1020'4080;
  bits.resize((count + 7) / 8);
  std::size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, bytes + i, sizeof eight);
    // The product has byte k, which is 0 or 1, at bit 56 + k.
    bits[i / 8] = static_cast<std::uint8_t>(eight * kGather >> 56);
  }
  if (i == count) return;
  std::uint8_t last = 0;
  for (std::size_t k = i; k < count; ++k) {
    last = static_cast<std::uint8_t>(last | bytes[k] << (k - i));
  }
  bits[i / 8] = last;
}

// The dictionary's value for each index.
template <std::size_t kWidth, class Index>
void Expand(const ByteStrings& dictionary, const Index* index, std::size_t rows,
            std::vector<std::uint8_t>& values) {
  values.resize(rows * kWidth);
  const char* const from = dictionary.data();
  std::uint8_t* to = values.data();
  for (std::size_t i = 0; i < rows; ++i, to += kWidth) {
    std::memcpy(to, from + index[i] * kWidth, kWidth);
  }
}

template <class Index>
void ExpandAs(Stored stored, const ByteStrings& dictionary, const Index* index,
              std::size_t rows, std::vector<std::uint8_t>& values) {
  switch (WidthOf(stored)) {
    case 4:
      return Expand<4>(dictionary, index, rows, values);
    case 8:
      return Expand<8>(dictionary, index, rows, values);
    default:
      return Expand<16>(dictionary, index, rows, values);
  }
}

Exported<ArrowArray> TextsOf(const ByteStrings& texts,
                             const std::uint8_t* present, std::size_t nulls,
                             const std::shared_ptr<const void>& owner) {
  auto parts = std::make_unique<ArrayParts>();
  parts->owner = owner;
  parts->buffers = {present, texts.offsets(), texts.data()};
  auto array = NewExported<ArrowArray>();
  Export(std::move(parts), texts.size(), nulls, array.get());
  return array;
}

}  // namespace

void ArrowTexts::Clear() noexcept {
  texts_.Clear();
  present_.clear();
  nulls_ = 0;
}

void ArrowTexts::Add(std::string_view text) {
  const std::size_t row = texts_.size();
  if (row % 8 == 0) present_.push_back(0);
  if (text.empty()) {
    ++nulls_;
  } else {
    present_.back() = static_cast<std::uint8_t>(present_.back() | 1 << row % 8);
  }
  texts_.Add(text);
}

Exported<ArrowArray> ArrowTexts::Array(
    const std::shared_ptr<const void>& owner) const {
  return TextsOf(texts_, present_.data(), nulls_, owner);
}

ArrowBatch::ArrowBatch(const Worlds& worlds, const LogColumns& columns,
                       GuidForm guids)
    : columns_(columns),
      batch_(worlds, guids),
      more_(columns.columns().size()) {}

void ArrowBatch::End() {
  for (std::size_t i = 0; i < more_.size(); ++i) {
    FillMore(columns_.columns()[i].stored, batch_.values()[i], more_[i]);
  }
}

void ArrowBatch::FillMore(const StoredColumn& column,
                          const ColumnValues& values, More& more) const {
  const std::size_t rows = batch_.rows();
  more.present.clear();
  if (values.nulls > 0) PackBits(values.present.data(), rows, more.present);
  switch (ArrowFormOf(column)) {
    case ArrowForm::kBits:
      return PackBits(values.fixed.data(), rows, more.values);
    case ArrowForm::kExpanded:
      if (column.has_byte_index()) {
        return ExpandAs(column.stored, *values.dictionary, values.fixed.data(),
                        rows, more.values);
      }
      // Without a value, any index is there.
      if (values.dictionary->size() == 0) {
        more.values.assign(rows * WidthOf(column.stored), 0);
        return;
      }
      return ExpandAs(column.stored, *values.dictionary, values.index.data(),
                      rows, more.values);
    case ArrowForm::kPlain:
    case ArrowForm::kTexts:
    case ArrowForm::kDictionary:
      return;
  }
}

Exported<ArrowArray> ArrowBatch::ArrayOf(
    std::size_t column, const std::shared_ptr<const void>& owner) const {
  const StoredColumn& stored = columns_.columns()[column].stored;
  const ColumnValues& values = batch_.values()[column];
  const More& more = more_[column];
  auto parts = std::make_unique<ArrayParts>();
  parts->owner = owner;
  parts->buffers = {more.present.empty() ? nullptr : more.present.data()};
  switch (ArrowFormOf(stored)) {
    case ArrowForm::kPlain:
      parts->buffers.push_back(values.fixed.data());
      break;
    case ArrowForm::kBits:
    case ArrowForm::kExpanded:
      parts->buffers.push_back(more.values.data());
      break;
    case ArrowForm::kTexts:
      parts->buffers.push_back(values.texts.offsets());
      parts->buffers.push_back(values.texts.data());
      break;
    case ArrowForm::kDictionary:
      if (stored.has_byte_index()) {
        parts->buffers.push_back(values.fixed.data());
      } else {
        parts->buffers.push_back(values.index.data());
      }
      parts->dictionary = TextsOf(*values.dictionary, nullptr, 0, owner);
      break;
  }
  auto array = NewExported<ArrowArray>();
  busyhour::internal::Export(std::move(parts), batch_.rows(), values.nulls,
                             array.get());
  return array;
}

void ArrowBatch::Export(const std::shared_ptr<const void>& owner,
                        ArrowArray* out) const {
  const std::span<const LogColumns::Each> all = columns_.columns();
  const auto new_struct = [&owner] {
    auto parts = std::make_unique<ArrayParts>();
    parts->owner = owner;
    parts->buffers = {nullptr};
    return parts;
  };
  auto root = new_struct();
  for (std::size_t i = 0; i < all.size();) {
    if (all[i].stored.column->parent.empty()) {
      root->children.push_back(ArrayOf(i++, owner));
      continue;
    }
    auto object = new_struct();
    for (const std::size_t end = i + SiblingsAt(all, i); i < end; ++i) {
      object->children.push_back(ArrayOf(i, owner));
    }
    root->children.push_back(NewExported<ArrowArray>());
    busyhour::internal::Export(std::move(object), batch_.rows(), 0,
                               root->children.back().get());
  }
  for (const ArrowTexts& texts : more_texts_) {
    root->children.push_back(texts.Array(owner));
  }
  busyhour::internal::Export(std::move(root), batch_.rows(), 0, out);
}

}  // namespace busyhour::internal
