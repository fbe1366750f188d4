#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <string>

#include "profile/load.h"

// The key `resources`: what each resource's profile is.

namespace busyhour::internal {
namespace {

Profile WithResources(const std::string& entries) {
  return ParseProfile(R"({
    "extends": "quickstart", "description": "several", "servers": 5,
    "traffic": {"rate": "10/s", "bursts": [{"name": "spot", "every": "1d",
                                            "calls": 1000}]},
    "resources": )" + entries +
                          "}",
                      "mine.json", "mine");
}

TEST(ResourcesTest, AnEntryIsTheProfileWithItsChanges) {
  const Profile profile = WithResources(R"([
    {"profile": {"resource": {"name": "a"}}},
    {"size": 0.1, "profile": {"resource": {"name": "b", "group": "g"},
                              "servers": null,
                              "traffic": {"bursts": []}}}])");
  ASSERT_EQ(profile.resources.size(), 2u);
  const Profile& a = profile.resources[0];
  EXPECT_EQ(a.resource.name, "a");
  EXPECT_EQ(a.resource.group, profile.resource.group);
  EXPECT_EQ(a.servers, 5u);
  EXPECT_EQ(a.flows, profile.flows);
  EXPECT_DOUBLE_EQ(a.traffic.rate_cps, 10.0);
  EXPECT_TRUE(a.resources.empty());
  const Profile& b = profile.resources[1];
  EXPECT_EQ(b.resource.group, "g");
  EXPECT_EQ(b.servers, Profile().servers);
  EXPECT_DOUBLE_EQ(b.traffic.rate_cps, 1.0);
  EXPECT_TRUE(b.traffic.bursts.empty());
}

// For all counts n, sizes s and exponents z: the rates of the n resources are s
// times that of the profile together, and fall as k^-z.
TEST(ResourcesTest, ManyShareASizeByZipfsLaw) {
  for (const int count : {2, 9, 300}) {
    for (const double zipf : {0.0, 1.1, 2.0}) {
      const Profile profile = WithResources(
          R"([{"profile": {"resource": {"name": "t"}}, "size": 0.5, "zipf": )" +
          std::to_string(zipf) + R"(, "count": )" + std::to_string(count) +
          "}]");
      ASSERT_EQ(profile.resources.size(), static_cast<std::size_t>(count));
      double rate = 0.0;
      double calls = 0.0;
      for (int k = 1; k <= count; ++k) {
        const Profile& each =
            profile.resources[static_cast<std::size_t>(k - 1)];
        rate += each.traffic.rate_cps;
        calls += each.traffic.bursts[0].calls;
        EXPECT_NEAR(each.traffic.rate_cps,
                    profile.resources[0].traffic.rate_cps * std::pow(k, -zipf),
                    1e-9);
      }
      EXPECT_NEAR(rate, 5.0, 1e-9);
      EXPECT_NEAR(calls, 500.0, 1e-6);
    }
  }
}

TEST(ResourcesTest, NamesOfManyHaveTheirNumber) {
  const Profile profile = WithResources(
      R"([{"count": 12, "profile": {"resource": {"name": "t"}}}])");
  EXPECT_EQ(profile.resources[0].resource.name, "t-01");
  EXPECT_EQ(profile.resources[11].resource.name, "t-12");
}

// A manifest has the text of the profile, which must stand alone.
TEST(ResourcesTest, TheTextHasAllResources) {
  const Profile profile = WithResources(
      R"([{"count": 3, "zipf": 1, "profile": {
             "resource": {"name": "t"}, "timing": {"max_steps": 7}}}])");
  const Profile again = ParseProfile(profile.text, "text", "mine");
  EXPECT_EQ(again.resources, profile.resources);
  EXPECT_EQ(again.resources[2].timing.max_steps, 7u);
}

}  // namespace
}  // namespace busyhour::internal
