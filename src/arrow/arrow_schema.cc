#include "arrow/arrow_schema.h"

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "arrow/exported.h"

namespace busyhour::internal {
namespace {

// What an exported schema points to.
struct SchemaParts : ExportedParts<ArrowSchema> {
  std::string format;
  std::string name;
  std::string metadata;
};

void Export(std::unique_ptr<SchemaParts> parts, bool may_be_null,
            ArrowSchema* out) {
  *out = {};
  out->format = parts->format.c_str();
  out->name = parts->name.c_str();
  out->metadata = parts->metadata.empty() ? nullptr : parts->metadata.c_str();
  out->flags = may_be_null ? ARROW_FLAG_NULLABLE : 0;
  ExportParts(std::move(parts), out);
}

// Metadata of a field: a number of pairs, then each text with its size, in the
// machine's order of bytes.
std::string Metadata(
    std::initializer_list<std::pair<std::string_view, std::string_view>>
        pairs) {
  std::string text;
  const auto add_size = [&text](std::size_t size) {
    const auto number = static_cast<std::int32_t>(size);
    char bytes[sizeof number];
    std::memcpy(bytes, &number, sizeof number);
    text.append(bytes, sizeof bytes);
  };
  add_size(pairs.size());
  for (const auto& [key, value] : pairs) {
    add_size(key.size());
    text += key;
    add_size(value.size());
    text += value;
  }
  return text;
}

std::string FormatOf(Stored stored) {
  switch (stored) {
    case Stored::kBoolean:
      return "b";
    case Stored::kInt32:
      return "i";
    case Stored::kInt64:
      return "l";
    case Stored::kTime:
      return "tsm:UTC";
    case Stored::kDouble:
      return "g";
    case Stored::kText:
      return "u";
    case Stored::kUuid:
      return "w:16";
  }
  return "n";
}

Exported<ArrowSchema> SchemaOf(const StoredColumn& column) {
  auto parts = std::make_unique<SchemaParts>();
  parts->name = column.column->name;
  parts->format = FormatOf(column.stored);
  if (column.stored == Stored::kUuid) {
    parts->metadata = Metadata({{"ARROW:extension:name", "arrow.uuid"},
                                {"ARROW:extension:metadata", ""}});
  }
  if (ArrowFormOf(column) == ArrowForm::kDictionary) {
    // The type of the indices: 8 or 32 bits, unsigned.
    auto texts = std::make_unique<SchemaParts>();
    texts->format =
        std::exchange(parts->format, column.has_byte_index() ? "C" : "I");
    parts->dictionary = NewExported<ArrowSchema>();
    Export(std::move(texts), false, parts->dictionary.get());
  }
  auto schema = NewExported<ArrowSchema>();
  Export(std::move(parts), column.may_be_null, schema.get());
  return schema;
}

}  // namespace

ArrowForm ArrowFormOf(const StoredColumn& column) noexcept {
  if (column.stored == Stored::kBoolean) return ArrowForm::kBits;
  if (column.dictionary == Dictionary::kNone) {
    return column.stored == Stored::kText ? ArrowForm::kTexts
                                          : ArrowForm::kPlain;
  }
  return column.stored == Stored::kText ? ArrowForm::kDictionary
                                        : ArrowForm::kExpanded;
}

std::size_t SiblingsAt(std::span<const LogColumns::Each> columns,
                       std::size_t first) noexcept {
  const auto parent_of = [&](std::size_t i) {
    return columns[i].stored.column->parent;
  };
  if (parent_of(first).empty()) return 1;
  std::size_t end = first;
  while (end < columns.size() && parent_of(end) == parent_of(first)) ++end;
  return end - first;
}

void WriteArrowSchema(const LogColumns& columns,
                      std::span<const std::string_view> more,
                      ArrowSchema* out) {
  const std::span<const LogColumns::Each> all = columns.columns();
  auto root = std::make_unique<SchemaParts>();
  root->format = "+s";
  for (std::size_t i = 0; i < all.size();) {
    const std::string_view parent = all[i].stored.column->parent;
    if (parent.empty()) {
      root->children.push_back(SchemaOf(all[i++].stored));
      continue;
    }
    auto object = std::make_unique<SchemaParts>();
    object->format = "+s";
    object->name = parent;
    for (const std::size_t end = i + SiblingsAt(all, i); i < end; ++i) {
      object->children.push_back(SchemaOf(all[i].stored));
    }
    root->children.push_back(NewExported<ArrowSchema>());
    Export(std::move(object), false, root->children.back().get());
  }
  for (const std::string_view name : more) {
    auto texts = std::make_unique<SchemaParts>();
    texts->format = "u";
    texts->name = name;
    root->children.push_back(NewExported<ArrowSchema>());
    Export(std::move(texts), true, root->children.back().get());
  }
  Export(std::move(root), false, out);
}

}  // namespace busyhour::internal
