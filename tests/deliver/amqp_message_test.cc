#include "deliver/amqp_message.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>

namespace busyhour::internal {
namespace {

using std::string_literals::operator""s;

std::string HeadOf(const std::string& key, std::size_t bytes) {
  std::string head;
  AppendAmqpHead(key, bytes, head);
  EXPECT_LE(head.size(), kMostAmqpHeadBytes);
  return head;
}

TEST(AmqpMessageTest, BodyIsOneDataSection) {
  EXPECT_EQ(HeadOf("", 255), "\x00Su\xa0\xff"s);
  EXPECT_EQ(HeadOf("", 256), "\x00Su\xb0\x00\x00\x01\x00"s);
  EXPECT_EQ(HeadOf("", 0x1234567), "\x00Su\xb0\x01\x23\x45\x67"s);
}

TEST(AmqpMessageTest, PartitionKeyIsAnAnnotationOfADurableMessage) {
  EXPECT_EQ(HeadOf("ab", 3),
            "\x00Sp\xc0\x02\x01\x41"
            "\x00Sr\xc1\x1a\x02\xa3\x13x-opt-partition-key\xa1\x02"
            "ab"
            "\x00Su\xa0\x03"s);
  EXPECT_EQ(HeadOf(std::string(kMostKeyBytes, 'k'), 300).size(),
            7 + 4 + 1 + 1 + 2 + 19 + 2 + kMostKeyBytes + 8);
}

}  // namespace
}  // namespace busyhour::internal
