#include "deliver/secrets.h"

#include <gtest/gtest.h>

#include <string>

namespace busyhour {
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
  // A percent sign of its own, and one that stands for another.
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

TEST(SecretsTest, AnAddressIsShownWithoutThem) {
  EXPECT_EQ(HideInAddress("https://ann:pa55@h/x?sig=1"), "https://***@h/x?***");
  EXPECT_EQ(HideInAddress("http://ann:p/a@5@h:99999/x"),
            "http://***@h:99999/x");
  EXPECT_EQ(HideInAddress("tcp:/h:1"), "tcp:/h:1");
  EXPECT_EQ(HideInAddress("http://h/x"), "http://h/x");
  EXPECT_EQ(HideInAddress("pa55@h"), "***@h");
}

}  // namespace
}  // namespace busyhour
