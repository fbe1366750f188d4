#pragma once

// Numbers of Parquet's format. Source: Apache Parquet, parquet.thrift.

namespace busyhour::internal::parquet {

enum PageType : int { kDataPage = 0, kDictionaryPage = 2 };

enum Encoding : int {
  kPlain = 0,
  kRle = 3,
  kDeltas = 5,
  kRleDictionary = 8,
};

enum PhysicalType : int {
  kBoolean = 0,
  kInt32 = 1,
  kInt64 = 2,
  kDouble = 5,
  kByteArray = 6,
  kFixedBytes = 7,
};

}  // namespace busyhour::internal::parquet
