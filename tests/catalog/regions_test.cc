#include "catalog/regions.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string_view>

namespace busyhour::internal {
namespace {

TEST(RegionsTest, NamesAndCodesAreUniqueAndFound) {
  std::set<std::string_view> names;
  std::set<std::string_view> codes;
  for (const RegionInfo& region : Regions()) {
    EXPECT_TRUE(names.insert(region.name).second) << region.name;
    EXPECT_TRUE(codes.insert(region.conversation_code).second) << region.name;
    EXPECT_EQ(FindRegion(region.name), &region);
  }
  EXPECT_EQ(FindRegion("atlantis"), nullptr);
  EXPECT_EQ(FindRegion("EastUS2"), nullptr);
}

// Codes in published server call ids, 2022 to 2025.
TEST(RegionsTest, HasTheCodesThatWereSeen) {
  for (const std::string_view code : {"usea", "usea2", "uswe", "usce", "swce",
                                      "maso", "uaen", "jpwe", "krce"}) {
    EXPECT_TRUE(std::any_of(Regions().begin(), Regions().end(),
                            [&](const RegionInfo& region) {
                              return region.conversation_code == code;
                            }))
        << code;
  }
  EXPECT_EQ(FindRegion("eastus2")->conversation_code, "usea2");
}

}  // namespace
}  // namespace busyhour::internal
