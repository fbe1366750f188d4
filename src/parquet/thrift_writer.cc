#include "parquet/thrift_writer.h"

#include "parquet/varint.h"

namespace busyhour::internal {
namespace {

// The types of fields and elements.
enum Type : int {
  kTrue = 1,
  kFalse = 2,
  kInt32 = 5,
  kInt64 = 6,
  kBinary = 8,
  kList = 9,
  kStruct = 12,
};

// Larger steps between fields, and longer lists, have their number apart.
constexpr int kMostStep = 15;
constexpr std::size_t kShortList = 15;

}  // namespace

void ThriftWriter::Head(int field, int type) {
  const int step = field - fields_.back();
  if (step <= kMostStep) {
    out_ += static_cast<char>(step << 4 | type);
  } else {
    out_ += static_cast<char>(type);
    AppendSignedVarint(field, out_);
  }
  fields_.back() = field;
}

void ThriftWriter::List(int field, int type, std::size_t size) {
  Head(field, kList);
  if (size < kShortList) {
    out_ += static_cast<char>(size << 4 | static_cast<unsigned>(type));
  } else {
    out_ += static_cast<char>(0xf0 | type);
    AppendVarint(size, out_);
  }
}

ThriftWriter& ThriftWriter::Bool(int field, bool value) {
  Head(field, value ? kTrue : kFalse);
  return *this;
}

ThriftWriter& ThriftWriter::Int(int field, std::int32_t value) {
  Head(field, kInt32);
  AppendSignedVarint(value, out_);
  return *this;
}

ThriftWriter& ThriftWriter::Long(int field, std::int64_t value) {
  Head(field, kInt64);
  AppendSignedVarint(value, out_);
  return *this;
}

ThriftWriter& ThriftWriter::Text(int field, std::string_view value) {
  Head(field, kBinary);
  return TextElement(value);
}

ThriftWriter& ThriftWriter::Begin(int field) {
  Head(field, kStruct);
  return BeginElement();
}

ThriftWriter& ThriftWriter::End() {
  out_ += '\0';
  fields_.pop_back();
  return *this;
}

ThriftWriter& ThriftWriter::Bools(int field, std::size_t size) {
  List(field, kTrue, size);
  return *this;
}

ThriftWriter& ThriftWriter::Ints(int field, std::size_t size) {
  List(field, kInt32, size);
  return *this;
}

ThriftWriter& ThriftWriter::Longs(int field, std::size_t size) {
  List(field, kInt64, size);
  return *this;
}

ThriftWriter& ThriftWriter::Texts(int field, std::size_t size) {
  List(field, kBinary, size);
  return *this;
}

ThriftWriter& ThriftWriter::Structs(int field, std::size_t size) {
  List(field, kStruct, size);
  return *this;
}

ThriftWriter& ThriftWriter::BoolElement(bool value) {
  out_ += static_cast<char>(value ? kTrue : kFalse);
  return *this;
}

ThriftWriter& ThriftWriter::IntElement(std::int64_t value) {
  AppendSignedVarint(value, out_);
  return *this;
}

ThriftWriter& ThriftWriter::TextElement(std::string_view value) {
  AppendVarint(value.size(), out_);
  out_ += value;
  return *this;
}

ThriftWriter& ThriftWriter::BeginElement() {
  fields_.push_back(0);
  return *this;
}

}  // namespace busyhour::internal
