#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace busyhour::internal {

// Append whole numbers as their differences, packed in as few bits as those of
// 32 numbers need (DELTA_BINARY_PACKED).
//
//   128 | 4 | count | first number | block ...
//   block: least difference | 4 widths | 4 times 32 differences above it
//
// Source: Apache Parquet, Encodings.md, "Delta Encoding".
void AppendDeltas(std::span<const std::int32_t> values, std::string& out);
void AppendDeltas(std::span<const std::int64_t> values, std::string& out);

}  // namespace busyhour::internal
