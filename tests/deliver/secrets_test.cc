#include "deliver/secrets.h"

#include <gtest/gtest.h>

#include <cctype>
#include <cstddef>
#include <random>
#include <string>
#include <string_view>

#include "text/base64.h"

namespace busyhour::internal {
namespace {

constexpr char kSecret[] = "p/4+Z\"q=s%e&c\\re t<9>'x";

TEST(SecretsTest, AreHiddenHoweverTheyAreSpelled) {
  Secrets secrets;
  secrets.Add(kSecret);
  for (const char* const spelled :
       {kSecret, R"(p/4+Z\"q=s%e&c\\re t<9>'x)",
        R"(p\/4+Z\"q=s%e&c\\re t<9>'x)",
        R"(p\/4\u002bZ\u0022q\u003ds%e\u0026c\\re t\u003C9\u003e\u0027x)",
        "p%2F4%2BZ%22q%3Ds%25e%26c%5Cre%20t%3C9%3E%27x",
        "p%2f4%2bZ%22q%3ds%25e%26c%5cre+t%3c9%3e'x",
        "p/4+Z&quot;q=s%e&amp;c\\re t&lt;9&gt;&apos;x",
        "p&#x2F;4&#43;Z&#34;q&#x3d;s%e&amp;c\\re t&lt;9&gt;&#39;x"}) {
    EXPECT_EQ(secrets.Hide(std::string("a ") + spelled + " b"), "a *** b");
  }
}

TEST(SecretsTest, OfWhatIsNoSecretNothingIsHidden) {
  Secrets secrets;
  secrets.Add("");
  EXPECT_EQ(secrets.Hide("a%2Fb\\"), "a%2Fb\\");
  secrets.Add("a%25b");
  EXPECT_EQ(secrets.Hide("a%25 a%b a\\ %"), "a%25 a%b a\\ %");
  // The percent sign of the secret, as it is and percent-encoded.
  EXPECT_EQ(secrets.Hide("a%25b a%2525b"), "*** ***");
}

TEST(SecretsTest, TheSignatureOfATokenIsASecretToo) {
  Secrets secrets;
  secrets.Add("sv=2021&sig=ab%2Bc%3D&se=2027");
  EXPECT_EQ(secrets.Hide("sv=2021&sig=ab%2Bc%3D&se=2027"), "***");
  EXPECT_EQ(secrets.Hide("not ab+c= at all"), "not *** at all");
  EXPECT_EQ(secrets.Hide("not ab%2Bc%3D"), "not ***");
  secrets.Add("Endpoint=sb://h/;SharedAccessKeyName=n;SharedAccessKey=k/ey=");
  EXPECT_EQ(secrets.Hide("key k/ey= of n"), "key *** of n");
}

// Random secrets, and the ways in which a receiver may spell them.
class MangledSecretsTest : public ::testing::Test {
 protected:
  std::size_t Below(std::size_t n) { return random_() % n; }

  std::string RandomSecret() {
    constexpr std::string_view kPlain =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    constexpr std::string_view kOthers = "+/=-_.~!#$%&*\\\"'<>: ";
    std::string secret;
    const std::size_t length = 8 + Below(60);
    while (secret.size() < length) {
      secret += Below(8) == 0 ? kOthers[Below(kOthers.size())]
                              : kPlain[Below(kPlain.size())];
    }
    return secret;
  }

  std::string Spelled(const std::string& text) {
    constexpr std::string_view kHex = "0123456789abcdef";
    const std::size_t way = Below(5);
    std::string spelled;
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      const std::string hex = {kHex[byte >> 4], kHex[byte & 15]};
      const bool is_plain = std::isalnum(byte) != 0 && Below(4) != 0;
      if (is_plain || way == 0) {
        spelled += c;
      } else if (way == 1) {
        spelled += '%' + hex;
      } else if (way == 2) {
        spelled += "\\u00" + hex;
      } else if (way == 3) {
        spelled += "&#x" + hex + ';';
      } else {
        spelled += "%25" + hex;  // twice
      }
    }
    return spelled;
  }

  std::string Encoded(const std::string& text) {
    switch (Below(4)) {
      case 0: {
        std::string hex;
        for (const char c : text) {
          constexpr std::string_view kHex = "0123456789abcdef";
          hex += kHex[static_cast<unsigned char>(c) >> 4];
          hex += kHex[static_cast<unsigned char>(c) & 15];
          if (Below(2) == 0) hex += ':';
        }
        return hex;
      }
      case 1: {
        std::string code = Base64(std::string(Below(9), 'u') + text);
        while (code.ends_with('=')) code.pop_back();
        for (char& c : code) {
          if (c == '+') c = '-';
          if (c == '/') c = '_';
        }
        return code;
      }
      case 2:
        return Base64("user:" + text);
      default:
        return Spelled(text);
    }
  }

  std::string Mangled(std::string text) {
    if (Below(3) == 0) text.erase(0, 1);
    if (Below(3) == 0) text.pop_back();
    if (Below(3) == 0) {
      for (char& c : text) c = static_cast<char>(std::toupper(c));
    }
    text = Encoded(text);
    if (Below(3) == 0) {
      std::string folded;
      for (std::size_t i = 0; i < text.size(); ++i) {
        if (i > 0 && i % 7 == 0) folded += ' ';
        folded += text[i];
      }
      text = folded;
    }
    if (Below(4) == 0) {
      for (char& c : text) c = static_cast<char>(std::tolower(c));
    }
    return text;
  }

  std::mt19937 random_{42};
};

// For all secrets and spellings: the displayed text contains no long part of
// the spelled secret, and the text around it does not change.
TEST_F(MangledSecretsTest, AreHidden) {
  for (int i = 0; i < 3000; ++i) {
    const std::string secret = RandomSecret();
    Secrets secrets;
    secrets.Add(secret);
    const std::string mangled = Mangled(secret);
    const std::string shown =
        secrets.Hide("The request was refused: " + mangled + " , try later");
    ASSERT_TRUE(shown.starts_with("The request was ")) << shown;
    ASSERT_TRUE(shown.ends_with(" later")) << shown;
    // A few letters at the ends of hexadecimal digits or Base64 may remain.
    constexpr std::size_t kMost = 10;
    const std::string_view rest = std::string_view(shown).substr(15);
    for (std::size_t at = 0; at + kMost <= mangled.size(); ++at) {
      ASSERT_EQ(rest.find(mangled.substr(at, kMost)), rest.npos)
          << secret << '\n'
          << mangled << '\n'
          << shown;
    }
  }
}

TEST_F(MangledSecretsTest, WordsWithoutOneStay) {
  constexpr std::string_view kWords[] = {
      "Request entity too large: the limit is 1048576 bytes",
      R"({"text":"Queue is approaching capacity","code":24})",
      "mapper_parsing_exception: failed to parse field [durationMs] of type "
      "[long] in document with id '0f8fad5b-d9cb-469f-a165-70867728950e'",
      "Server failed to authenticate the request. Make sure the value of the "
      "Authorization header is formed correctly including the signature. "
      "RequestId:1c9c9a7f-301e-0041-5a3b-7f3d5c000000 "
      "Time:2026-03-02T08:00:00.1234567Z"};
  Secrets secrets;
  for (int i = 0; i < 20; ++i) {
    std::string secret;
    for (int j = 0; j < 44; ++j) {
      secret += "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
          [Below(62)];
    }
    secrets.Add(secret);
  }
  for (const std::string_view words : kWords) {
    EXPECT_EQ(secrets.Hide(words), words);
  }
}

TEST(SecretsTest, WhatIsNotSecretInAConnectionStringStays) {
  Secrets secrets;
  secrets.Add(
      "Endpoint=sb://calls.servicebus.windows.net/;SharedAccessKeyName=sender;"
      "SharedAccessKey=0123456789abcdefABCDEF+/0123456789abcdef=");
  EXPECT_EQ(
      secrets.Hide("endpoint calls.servicebus.windows.net refused sender"),
      "endpoint calls.servicebus.windows.net refused sender");
  EXPECT_EQ(secrets.Hide("key 456789ABCDEF"), "key ***");
}

TEST(SecretsTest, AnAddressIsShownWithoutThem) {
  EXPECT_EQ(HideInAddress("https://ann:pa55@h/x?sig=1"), "https://***@h/x?***");
  EXPECT_EQ(HideInAddress("http://ann:p/a@5@h:99999/x"),
            "http://***@h:99999/x");
  EXPECT_EQ(HideInAddress("tcp:/h:1"), "tcp:/h:1");
  EXPECT_EQ(HideInAddress("http://h/x"), "http://h/x");
  EXPECT_EQ(HideInAddress("pa55@h"), "***@h");
}

}  // namespace
}  // namespace busyhour::internal
