#include "catalog/statuses.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <set>

namespace busyhour::internal {
namespace {

// Failures on the codes page of Call Automation, except the codes of call
// signalling: 426, 481, 487 and 603.
TEST(StatusesTest, FailuresAreThoseOfTheCodesPage) {
  const std::set<int> kFailures = {400, 401, 403, 404, 405, 406, 408, 409,
                                   412, 413, 429, 500, 501, 502, 503, 504};
  EXPECT_EQ(std::set<int>(FailureStatuses().begin(), FailureStatuses().end()),
            kFailures);
  EXPECT_EQ(FailureStatuses().size(), kFailures.size());
}

TEST(StatusesTest, SuccessesComeFirst) {
  ASSERT_EQ(Statuses().size(), kSuccessStatusCount + FailureStatuses().size());
  for (std::size_t i = 0; i < Statuses().size(); ++i) {
    EXPECT_EQ(Statuses()[i] / 100 == 2, i < kSuccessStatusCount);
  }
}

// For all statuses: StatusIndex returns its index in Statuses().
TEST(StatusesTest, KnowsWhereAStatusStands) {
  for (std::size_t i = 0; i < Statuses().size(); ++i) {
    EXPECT_EQ(StatusIndex(Statuses()[i]), i);
  }
}

}  // namespace
}  // namespace busyhour::internal
