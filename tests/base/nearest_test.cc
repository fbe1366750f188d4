#include "base/nearest.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace busyhour::internal {
namespace {

constexpr std::string_view kNames[] = {"Play", "Recognize", "HangUpCall",
                                       "AnswerCall", "CreateCall"};

TEST(NearestTest, FindsTheNameThatWasMeant) {
  EXPECT_EQ(NearestName("Recognise", kNames), "Recognize");   // changed
  EXPECT_EQ(NearestName("Recgnize", kNames), "Recognize");    // left out
  EXPECT_EQ(NearestName("Recoggnize", kNames), "Recognize");  // put in
  EXPECT_EQ(NearestName("Recongize", kNames), "Recognize");   // swapped
  EXPECT_EQ(NearestName("recognize", kNames), "Recognize");   // case
  EXPECT_EQ(NearestName("PLAY", kNames), "Play");
  EXPECT_EQ(NearestName("CraeteCall", kNames), "CreateCall");
}

TEST(NearestTest, CountsASwapAsOneChange) {
  // "abxd" becomes "abdc" with two changes, "abcd" with one transposition.
  constexpr std::string_view names[] = {"abxd", "abcd"};
  EXPECT_EQ(NearestName("abdc", names), "abcd");
}

TEST(NearestTest, OfEquallyNearNamesTakesTheFirst) {
  constexpr std::string_view names[] = {"cat", "car", "cap"};
  EXPECT_EQ(NearestName("caz", names), "cat");
}

TEST(NearestTest, FindsAnUnfinishedName) {
  EXPECT_EQ(NearestName("HangUp", kNames), "HangUpCall");
  EXPECT_EQ(NearestName("hangup", kNames), "HangUpCall");
  EXPECT_EQ(NearestName("PlayToEverybody", kNames), "Play");
  EXPECT_EQ(NearestName("Re", kNames), "");
}

TEST(NearestTest, FindsNothingWhereNothingIsNear) {
  EXPECT_EQ(NearestName("Transmogrify", kNames), "");
  EXPECT_EQ(NearestName("", {}), "");
  EXPECT_EQ(NearestName("Play", {}), "");
}

TEST(NearestTest, PassesOverWordsTooLongToBeASlip) {
  const std::string sixty_four(64, 'a');
  const std::string sixty_five(65, 'a');
  const std::string_view names[] = {sixty_four};
  EXPECT_EQ(NearestName(sixty_four, names), sixty_four);
  EXPECT_EQ(NearestName(sixty_five, names), "");
}

TEST(NearestTest, AsksPolitelyOrNotAtAll) {
  EXPECT_EQ(DidYouMean("Recognise", kNames), "; did you mean \"Recognize\"?");
  EXPECT_EQ(DidYouMean("Transmogrify", kNames), "");
}

}  // namespace
}  // namespace busyhour::internal
