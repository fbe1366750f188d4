#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace busyhour::internal {

/// Writes structures in Thrift's compact protocol, in which Parquet has its
/// headers and its footer. Fields must be written in the order of their
/// numbers.
///
///   thrift.Int(1, 7).Begin(2).Text(1, "x").End();   // {1: 7, 2: {1: "x"}}
///
/// Source: Apache Thrift, doc/specs/thrift-compact-protocol.md.
class ThriftWriter {
 public:
  /// Appends to `out`, a structure that `End` closes.
  explicit ThriftWriter(std::string& out) : out_(out) { fields_.push_back(0); }

  ThriftWriter& Bool(int field, bool value);
  ThriftWriter& Int(int field, std::int32_t value);
  ThriftWriter& Long(int field, std::int64_t value);
  ThriftWriter& Text(int field, std::string_view value);
  /// Begins a structure, which `End` closes.
  ThriftWriter& Begin(int field);
  ThriftWriter& End();

  // Begin a list of `size` elements, which the functions below add.
  ThriftWriter& Bools(int field, std::size_t size);
  ThriftWriter& Ints(int field, std::size_t size);
  ThriftWriter& Longs(int field, std::size_t size);
  ThriftWriter& Texts(int field, std::size_t size);
  ThriftWriter& Structs(int field, std::size_t size);

  ThriftWriter& BoolElement(bool value);
  ThriftWriter& IntElement(std::int64_t value);
  ThriftWriter& TextElement(std::string_view value);
  /// Begins a structure, which `End` closes.
  ThriftWriter& BeginElement();

 private:
  void Head(int field, int type);
  void List(int field, int type, std::size_t size);

  std::string& out_;
  std::vector<int> fields_;  // the last field of each open structure
};

}  // namespace busyhour::internal
