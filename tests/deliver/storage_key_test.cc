#include "deliver/storage_key.h"

#include <gtest/gtest.h>

#include <string>

#include "deliver/storage_path.h"

namespace busyhour::internal {
namespace {

TEST(StorageKeyTest, SignsWhatAzureDocuments) {
  const StorageKey key("account", "key");
  EXPECT_EQ(key.SignedText("PUT",
                           "https://account.blob.core.windows.net/c/a=b/x.json"
                           "?comp=appendblock&timeout=2%30",
                           {"x-ms-version: 2021-12-02",
                            "x-ms-date: Sun, 06 Nov 1994 08:49:37 GMT",
                            "If-None-Match: *", "Content-Type:"},
                           12),
            "PUT\n\n\n12\n\n\n\n\n\n*\n\n\n"
            "x-ms-date:Sun, 06 Nov 1994 08:49:37 GMT\n"
            "x-ms-version:2021-12-02\n"
            "/account/c/a=b/x.json\ncomp:appendblock\ntimeout:20");
}

TEST(StorageKeyTest, LeavesTheLengthOfNothingOut) {
  EXPECT_EQ(StorageKey("a", "k").SignedText("GET", "http://h", {}, 0),
            "GET\n\n\n\n\n\n\n\n\n\n\n\n/a");
}

TEST(StorageKeyTest, NamesTheAccountAndTheHash) {
  const std::string value =
      StorageKey("a", "Jefe").Authorization("GET", "http://h/", {}, 0);
  EXPECT_EQ(value.substr(0, 12), "SharedKey a:");
  EXPECT_EQ(value.size(), 12U + 44U);  // 32 bytes in Base64
}

TEST(HttpDateTest, IsAsInTheStandard) {
  // RFC 9110, section 5.6.7.
  EXPECT_EQ(HttpDate(784'111'777), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(HttpDate(0), "Thu, 01 Jan 1970 00:00:00 GMT");
}

TEST(StoragePathTest, IsAsAzureWritesIt) {
  EXPECT_EQ(StorageContainerOf("CallAutomationOperational"),
            "insights-logs-callautomationoperational");
  EXPECT_EQ(StorageTimePath({784'111'777'000 / 3'600'000 * 3'600'000}),
            "/y=1994/m=11/d=06/h=08/m=00/");
  EXPECT_EQ(StorageTimePath({784'111'777'000}), "/y=1994/m=11/d=06/h=08/m=49/");
  EXPECT_EQ(ExportContainerOf("ACSBillingUsage"), "am-acsbillingusage");
  EXPECT_EQ(ExportBlobName(0), "PT05M.json");
  EXPECT_EQ(ExportBlobName(12), "PT05M_12.json");
}

}  // namespace
}  // namespace busyhour::internal
