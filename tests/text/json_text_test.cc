#include "text/json_text.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace busyhour::internal {
namespace {

// For all doubles v: the text of v reads back as v.
TEST(JsonTextTest, NumbersReadBack) {
  for (const double value :
       {0.0, 1.0, -2.5, 0.1, 1e-9, 0.0002, 4e6, 1e15, 1.7976931348623157e308}) {
    EXPECT_EQ(nlohmann::json::parse(JsonNumber(value)).get<double>(), value);
  }
  EXPECT_EQ(JsonNumber(0.0002), "0.0002");
  EXPECT_EQ(JsonNumber(1e6), "1000000");
}

}  // namespace
}  // namespace busyhour::internal
