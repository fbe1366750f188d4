#include "live/address.h"

#include <gtest/gtest.h>

#include <string>

namespace busyhour::internal {
namespace {

TEST(AddressTest, ReadsPortsAndAddresses) {
  EXPECT_EQ(ParseAddress("8765"), (Address{"127.0.0.1", 8765}));
  EXPECT_EQ(ParseAddress("0.0.0.0:1"), (Address{"0.0.0.0", 1}));
  EXPECT_EQ(ParseAddress("[::1]:65535"), (Address{"::1", 65535}));
  EXPECT_EQ(ParseAddress("[::]:80")->Text(), "[::]:80");
  EXPECT_EQ(ParseAddress("192.0.2.7:80")->Text(), "192.0.2.7:80");
  for (const char* text :
       {"", "0", "65536", "-1", "80 ", " 80", "::1:80", "[1.2.3.4]:80",
        "::1]:80", "[::1:80", "localhost:80", "1.2.3:80", "1.2.3.4:", ":80",
        "1.2.3.4:8\n0", "0x50", "[::1]80"}) {
    EXPECT_FALSE(ParseAddress(text)) << text;
  }
}

TEST(AddressTest, OnlyThisMachineIsLoopback) {
  for (const char* text : {"80", "127.0.0.2:80", "[::1]:80"}) {
    EXPECT_TRUE(ParseAddress(text)->is_loopback()) << text;
  }
  for (const char* text : {"0.0.0.0:80", "[::]:80", "192.0.2.7:80"}) {
    EXPECT_FALSE(ParseAddress(text)->is_loopback()) << text;
  }
}

// A web site can have any name that resolves to this machine, but no such site
// has an address or the name of this machine as its name.
TEST(AddressTest, AForeignHostIsNotOurs) {
  for (const char* host :
       {"127.0.0.1", "127.0.0.1:80", "192.0.2.7:8765", "[::1]", "[::1]:80",
        "localhost", "localhost:80", "loadbox", "loadbox:80"}) {
    EXPECT_TRUE(IsOwnHost(host, "loadbox")) << host;
  }
  for (const char* host :
       {"", ":", ":80", "example.com", "example.com:80", "loadbox.example.com",
        "127.0.0.1.example.com", "localhost.example.com:80", "127.0.0.1@x",
        "[::1].example.com", "[example.com]", "localhost:80:80", "]:80",
        "127.0.0.1 ", "LOCALHOST\n"}) {
    EXPECT_FALSE(IsOwnHost(host, "loadbox")) << host;
  }
  // A machine without a name has no other.
  EXPECT_FALSE(IsOwnHost("", ""));
  EXPECT_FALSE(IsOwnHost(":80", ""));
}

}  // namespace
}  // namespace busyhour::internal
