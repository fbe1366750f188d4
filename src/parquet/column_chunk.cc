#include "parquet/column_chunk.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

#include "parquet/bit_packer.h"
#include "parquet/deltas.h"
#include "parquet/hybrid.h"
#include "parquet/thrift_writer.h"

namespace busyhour::internal {
namespace {

void AppendSize(std::size_t bytes, std::string& out) {
  const auto size = static_cast<std::uint32_t>(bytes);
  out.append(reinterpret_cast<const char*>(&size), sizeof size);
}

// Appends a bit for each value.
void AppendBits(std::span<const std::uint8_t> values, std::string& out) {
  const std::size_t begin = out.size();
  const std::size_t bytes = (values.size() + 7) / 8;
  out.resize(begin + bytes + BitPacker::kSlackBytes);
  BitPacker bits(out.data() + begin);
  for (const std::uint8_t value : values) bits.Put(value, 1);
  bits.Flush();
  out.resize(begin + bytes);
}

parquet::Encoding EncodingOf(const StoredColumn& column) {
  if (column.dictionary != Dictionary::kNone) return parquet::kRleDictionary;
  switch (column.stored) {
    case Stored::kInt32:
    case Stored::kInt64:
    case Stored::kTime:
      return parquet::kDeltas;
    case Stored::kBoolean:
    case Stored::kDouble:
    case Stored::kText:
    case Stored::kUuid:
      return parquet::kPlain;
  }
  return parquet::kPlain;
}

}  // namespace

ChunkInfo ChunkWriter::Write(const StoredColumn& column,
                             const ColumnValues& values, std::size_t rows,
                             std::string& out) {
  if (ValueDictionary::IsFor(column) &&
      dictionary_.Find(column, values, rows)) {
    return WriteAs(dictionary_.column(), dictionary_.values(), rows, out);
  }
  return WriteAs(column, values, rows, out);
}

ChunkInfo ChunkWriter::WriteAs(const StoredColumn& column,
                               const ColumnValues& values, std::size_t rows,
                               std::string& out) {
  const std::size_t begin = out.size();
  // Random bytes cannot be compressed.
  const bool is_random = column.stored == Stored::kUuid;
  Begin(column, is_random ? Compression::kNone : compression_, rows);
  WriteFirst(column, values, rows, out);
  if (!IsWorthCompressing()) {
    out.resize(begin);
    Begin(column, Compression::kNone, rows);
    WriteFirst(column, values, rows, out);
  }
  for (std::size_t first = kRowsAPage; first < rows; first += kRowsAPage) {
    WritePage(column, values, first, std::min(kRowsAPage, rows - first), out);
  }
  return std::move(info_);
}

void ChunkWriter::Begin(const StoredColumn& column, Compression compression,
                        std::size_t rows) {
  info_ = ChunkInfo{};
  info_.compression = compression;
  info_.encoding = EncodingOf(column);
  info_.rows = rows;
}

// Whether it saves an eighth of what was written of the chunk.
bool ChunkWriter::IsWorthCompressing() const noexcept {
  return info_.compression == Compression::kNone ||
         info_.bytes < info_.plain_bytes - info_.plain_bytes / 8;
}

void ChunkWriter::WriteFirst(const StoredColumn& column,
                             const ColumnValues& values, std::size_t rows,
                             std::string& out) {
  if (values.dictionary != nullptr) {
    WriteDictionary(column, *values.dictionary, out);
  }
  WritePage(column, values, 0, std::min(kRowsAPage, rows), out);
}

void ChunkWriter::WriteDictionary(const StoredColumn& column,
                                  const ByteStrings& values, std::string& out) {
  body_.clear();
  if (column.stored == Stored::kText) {
    AppendTexts(values, 0, values.size(), nullptr);
  } else {
    body_.append(values.data(), values.bytes());
  }
  info_.dictionary_offset = out.size();
  AppendPage(parquet::kDictionaryPage, values.size(), parquet::kPlain, out);
}

void ChunkWriter::WritePage(const StoredColumn& column,
                            const ColumnValues& values, std::size_t first,
                            std::size_t rows, std::string& out) {
  body_.clear();
  PageInfo page;
  if (column.may_be_null) {
    const std::span<const std::uint8_t> present(values.present.data() + first,
                                                rows);
    part_.clear();
    AppendHybrid(present, 1, part_);
    AppendSize(part_.size(), body_);
    body_ += part_;
    page.nulls = static_cast<std::uint64_t>(
        std::count(present.begin(), present.end(), std::uint8_t{0}));
  }
  AppendValues(column, values, first, rows);
  page.offset = out.size();
  page.first_row = first;
  page.range = RangeOf(column, values, first, rows);
  page.bytes = AppendPage(parquet::kDataPage, rows, info_.encoding, out);
  info_.nulls += page.nulls;
  if (page.range) Widen(column.stored, *page.range, info_.range);
  info_.pages.push_back(std::move(page));
}

void ChunkWriter::AppendValues(const StoredColumn& column,
                               const ColumnValues& values, std::size_t first,
                               std::size_t rows) {
  const std::uint8_t* const present = column.may_be_null && values.nulls > 0
                                          ? values.present.data() + first
                                          : nullptr;
  if (values.dictionary != nullptr) {
    const unsigned width = BitWidthOf(values.dictionary->size());
    body_ += static_cast<char>(width);
    if (column.has_byte_index()) {
      return AppendHybrid(Present(values.fixed.data() + first, rows, present),
                          width, body_);
    }
    return AppendHybrid(Present(values.index.data() + first, rows, present),
                        width, body_);
  }
  switch (column.stored) {
    case Stored::kBoolean:
      return AppendBits(Present(values.At<std::uint8_t>(first), rows, present),
                        body_);
    case Stored::kInt32:
      return AppendDeltas(
          Present(values.At<std::int32_t>(first), rows, present), body_);
    case Stored::kInt64:
    case Stored::kTime:
      return AppendDeltas(
          Present(values.At<std::int64_t>(first), rows, present), body_);
    case Stored::kText:
      return AppendTexts(values.texts, first, rows, present);
    case Stored::kDouble:
    case Stored::kUuid:
      return AppendFixed(column.stored, values, first, rows, present);
  }
}

// The values of rows that are present; all if `present` is null.
template <class Value>
std::span<const Value> ChunkWriter::Present(const Value* values,
                                            std::size_t rows,
                                            const std::uint8_t* present) {
  if (present == nullptr) return {values, rows};
  present_.resize(rows * sizeof(Value));
  auto* const begin = reinterpret_cast<Value*>(present_.data());
  Value* end = begin;
  for (std::size_t i = 0; i < rows; ++i) {
    *end = values[i];
    end += present[i];
  }
  return {begin, end};
}

// Appends numbers or GUIDs as they are.
void ChunkWriter::AppendFixed(Stored stored, const ColumnValues& values,
                              std::size_t first, std::size_t rows,
                              const std::uint8_t* present) {
  const std::size_t width = WidthOf(stored);
  const auto* const begin =
      reinterpret_cast<const char*>(values.fixed.data()) + first * width;
  if (present == nullptr) {
    body_.append(begin, rows * width);
    return;
  }
  for (std::size_t i = 0; i < rows; ++i) {
    if (present[i] != 0) body_.append(begin + i * width, width);
  }
}

// Appends texts with their sizes before them; those that are present, or all if
// `present` is null.
void ChunkWriter::AppendTexts(const ByteStrings& texts, std::size_t first,
                              std::size_t rows, const std::uint8_t* present) {
  const std::size_t begin = body_.size();
  const std::uint32_t* const ends = texts.offsets() + first;
  body_.resize(begin + ends[rows] - ends[0] + rows * sizeof(std::uint32_t));
  char* p = body_.data() + begin;
  for (std::size_t i = 0; i < rows; ++i) {
    if (present != nullptr && present[i] == 0) continue;
    const std::uint32_t bytes = ends[i + 1] - ends[i];
    std::memcpy(p, &bytes, sizeof bytes);
    std::memcpy(p + sizeof bytes, texts.data() + ends[i], bytes);
    p += sizeof bytes + bytes;
  }
  body_.resize(static_cast<std::size_t>(p - body_.data()));
}

// Appends a page with the current body, and returns its size.
std::uint64_t ChunkWriter::AppendPage(int type, std::size_t values,
                                      int encoding, std::string& out) {
  std::string_view body = body_;
  if (info_.compression != Compression::kNone) {
    if (!compressor_->Compress(body_, packed_)) throw std::bad_alloc();
    body = {packed_.data(), packed_.size()};
  }
  const std::size_t begin = out.size();
  ThriftWriter header(out);
  header.Int(1, type)
      .Int(2, static_cast<std::int32_t>(body_.size()))
      .Int(3, static_cast<std::int32_t>(body.size()));
  const auto count = static_cast<std::int32_t>(values);
  if (type == parquet::kDictionaryPage) {
    header.Begin(7).Int(1, count).Int(2, encoding).End();
  } else {
    header.Begin(5)
        .Int(1, count)
        .Int(2, encoding)
        .Int(3, parquet::kRle)
        .Int(4, parquet::kRle)
        .End();
  }
  header.End();
  const std::size_t header_bytes = out.size() - begin;
  out += body;
  info_.plain_bytes += header_bytes + body_.size();
  info_.bytes += header_bytes + body.size();
  return header_bytes + body.size();
}

}  // namespace busyhour::internal
