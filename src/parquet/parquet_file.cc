#include "parquet/parquet_file.h"

#include <algorithm>

#include "busyhour/version.h"
#include "parquet/parquet_format.h"
#include "parquet/thrift_writer.h"

namespace busyhour::internal {
namespace {

// The number of a compression. That of LZ4 is the one of single blocks.
int CodecOf(Compression compression) {
  switch (compression) {
    case Compression::kNone:
      return 0;
    case Compression::kSnappy:
      return 1;
    case Compression::kGzip:
      return 2;
    case Compression::kZstd:
      return 6;
    case Compression::kLz4:
      return 7;
  }
  return 0;
}

int PhysicalTypeOf(Stored stored) {
  switch (stored) {
    case Stored::kBoolean:
      return parquet::kBoolean;
    case Stored::kInt32:
      return parquet::kInt32;
    case Stored::kInt64:
    case Stored::kTime:
      return parquet::kInt64;
    case Stored::kDouble:
      return parquet::kDouble;
    case Stored::kText:
      return parquet::kByteArray;
    case Stored::kUuid:
      return parquet::kFixedBytes;
  }
  return parquet::kByteArray;
}

// The members `converted_type`, which old readers know, and `logicalType` of a
// column's element of the schema.
void WriteMeaning(Stored stored, ThriftWriter& element) {
  constexpr int kConverted = 6;
  constexpr int kLogical = 10;
  switch (stored) {
    case Stored::kText:
      element.Int(kConverted, 0).Begin(kLogical).Begin(1).End().End();
      break;
    case Stored::kTime: {
      constexpr int kTimestampMillis = 9;
      element.Int(kConverted, kTimestampMillis).Begin(kLogical);
      // In UTC; the unit.
      element.Begin(8).Bool(1, true).Begin(2).Begin(1).End().End().End().End();
      break;
    }
    case Stored::kUuid:
      element.Begin(kLogical).Begin(14).End().End();
      break;
    default:
      break;
  }
}

void WriteElement(const StoredColumn& column, ThriftWriter& thrift) {
  thrift.BeginElement().Int(1, PhysicalTypeOf(column.stored));
  if (column.stored == Stored::kUuid) {
    thrift.Int(2, static_cast<std::int32_t>(WidthOf(column.stored)));
  }
  thrift.Int(3, column.may_be_null ? 1 : 0).Text(4, column.column->name);
  WriteMeaning(column.stored, thrift);
  thrift.End();
}

std::int32_t Int(std::size_t number) {
  return static_cast<std::int32_t>(number);
}
std::int64_t Long(std::uint64_t number) {
  return static_cast<std::int64_t>(number);
}

// Number of columns from `first` on in the same object.
std::size_t Siblings(std::span<const StoredColumn> columns, std::size_t first) {
  std::size_t end = first;
  while (end < columns.size() &&
         columns[end].column->parent == columns[first].column->parent) {
    ++end;
  }
  return end - first;
}

// The root, and the elements below it, depth first.
void WriteSchema(std::span<const StoredColumn> columns, ThriftWriter& thrift) {
  std::size_t elements = 1;
  std::size_t children = 0;
  for (std::size_t i = 0; i < columns.size();) {
    const bool is_inner = !columns[i].column->parent.empty();
    const std::size_t count = is_inner ? Siblings(columns, i) : 1;
    elements += count + (is_inner ? 1 : 0);
    ++children;
    i += count;
  }
  thrift.Structs(2, elements);
  thrift.BeginElement().Text(4, "record").Int(5, Int(children)).End();
  std::string_view parent;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::string_view own = columns[i].column->parent;
    if (!own.empty() && own != parent) {
      thrift.BeginElement().Int(3, 0).Text(4, own);
      thrift.Int(5, Int(Siblings(columns, i))).End();
    }
    parent = own;
    WriteElement(columns[i], thrift);
  }
}

void WriteStatistics(const ChunkInfo& chunk, ThriftWriter& thrift) {
  thrift.Begin(12).Long(3, Long(chunk.nulls));
  if (chunk.range) {
    thrift.Text(5, chunk.range->greatest).Text(6, chunk.range->least);
  }
  thrift.End();
}

// `begin` is the offset of the row group in the file.
void WriteChunk(const StoredColumn& column, const ChunkInfo& chunk,
                std::uint64_t begin, ThriftWriter& thrift) {
  const bool has_dictionary = chunk.dictionary_offset.has_value();
  thrift.Begin(3).Int(1, PhysicalTypeOf(column.stored));
  thrift.Ints(2, has_dictionary ? 3 : 2)
      .IntElement(parquet::kRle)
      .IntElement(chunk.encoding);
  if (has_dictionary) thrift.IntElement(parquet::kPlain);
  const bool is_inner = !column.column->parent.empty();
  thrift.Texts(3, is_inner ? 2 : 1);
  if (is_inner) thrift.TextElement(column.column->parent);
  thrift.TextElement(column.column->name)
      .Int(4, CodecOf(chunk.compression))
      .Long(5, Long(chunk.rows))
      .Long(6, Long(chunk.plain_bytes))
      .Long(7, Long(chunk.bytes))
      .Long(9, Long(begin + chunk.pages.front().offset));
  if (has_dictionary) thrift.Long(11, Long(begin + *chunk.dictionary_offset));
  WriteStatistics(chunk, thrift);
  thrift.End();
}

// Each page with its range, so that readers can skip it.
std::string ColumnIndex(const ChunkInfo& chunk) {
  constexpr int kUnordered = 0;
  std::string text;
  ThriftWriter thrift(text);
  const std::size_t pages = chunk.pages.size();
  thrift.Bools(1, pages);
  for (const PageInfo& page : chunk.pages) thrift.BoolElement(!page.range);
  thrift.Texts(2, pages);
  for (const PageInfo& page : chunk.pages) {
    thrift.TextElement(page.range ? page.range->least : "");
  }
  thrift.Texts(3, pages);
  for (const PageInfo& page : chunk.pages) {
    thrift.TextElement(page.range ? page.range->greatest : "");
  }
  thrift.Int(4, kUnordered).Longs(5, pages);
  for (const PageInfo& page : chunk.pages) thrift.IntElement(Long(page.nulls));
  thrift.End();
  return text;
}

std::string OffsetIndex(const ChunkInfo& chunk, std::uint64_t begin) {
  std::string text;
  ThriftWriter thrift(text);
  thrift.Structs(1, chunk.pages.size());
  for (const PageInfo& page : chunk.pages) {
    thrift.BeginElement()
        .Long(1, Long(begin + page.offset))
        .Int(2, Int(page.bytes))
        .Long(3, Long(page.first_row))
        .End();
  }
  thrift.End();
  return text;
}

}  // namespace

std::uint64_t RowGroup::plain_bytes() const noexcept {
  std::uint64_t bytes = 0;
  for (const ChunkInfo& chunk : chunks) bytes += chunk.plain_bytes;
  return bytes;
}

ParquetFile::ParquetFile(std::vector<StoredColumn> columns, Notes notes)
    : columns_(std::move(columns)), notes_(std::move(notes)) {}

void ParquetFile::Begin() {
  groups_.clear();
  rows_ = 0;
  offset_ = kParquetMagic.size();
}

void ParquetFile::Add(RowGroup& group) {
  Group& added = groups_.emplace_back();
  added.offset = offset_;
  added.bytes = group.pages.size();
  added.plain_bytes = group.plain_bytes();
  added.rows = group.rows;
  added.chunks = std::move(group.chunks);
  offset_ += added.bytes;
  rows_ += added.rows;
}

std::string ParquetFile::End() const {
  std::vector<Group> groups = groups_;
  std::string text;
  const auto append = [&](const std::string& index) {
    const Place place{offset_ + text.size(), index.size()};
    text += index;
    return place;
  };
  for (Group& group : groups) {
    for (const ChunkInfo& chunk : group.chunks) {
      group.column_indexes.push_back(append(ColumnIndex(chunk)));
    }
  }
  for (Group& group : groups) {
    for (const ChunkInfo& chunk : group.chunks) {
      group.offset_indexes.push_back(append(OffsetIndex(chunk, group.offset)));
    }
  }
  const std::string footer = Footer(groups);
  text += footer;
  const auto bytes = static_cast<std::uint32_t>(footer.size());
  text.append(reinterpret_cast<const char*>(&bytes), sizeof bytes);
  return text.append(kParquetMagic);
}

std::string ParquetFile::Footer(std::span<const Group> groups) const {
  constexpr int kFormatVersion = 2;
  std::string footer;
  ThriftWriter thrift(footer);
  thrift.Int(1, kFormatVersion);
  WriteSchema(columns_, thrift);
  thrift.Long(3, Long(rows_)).Structs(4, groups.size());
  for (const Group& group : groups) {
    thrift.BeginElement().Structs(1, columns_.size());
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      thrift.BeginElement().Long(2, 0);
      WriteChunk(columns_[i], group.chunks[i], group.offset, thrift);
      thrift.Long(4, Long(group.offset_indexes[i].offset))
          .Int(5, Int(group.offset_indexes[i].bytes))
          .Long(6, Long(group.column_indexes[i].offset))
          .Int(7, Int(group.column_indexes[i].bytes))
          .End();
    }
    thrift.Long(2, Long(group.plain_bytes))
        .Long(3, Long(group.rows))
        .Long(5, Long(group.offset))
        .Long(6, Long(group.bytes))
        .End();
  }
  thrift.Structs(5, notes_.size());
  for (const auto& [key, value] : notes_) {
    thrift.BeginElement().Text(1, key).Text(2, value).End();
  }
  thrift.Text(6, "busyhour version " + std::string(kVersion));
  thrift.Structs(7, columns_.size());
  // The order that the column's type defines.
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    thrift.BeginElement().Begin(1).End().End();
  }
  thrift.End();
  return footer;
}

}  // namespace busyhour::internal
