#include "live/metric_family.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace busyhour::internal {
namespace {

using ::testing::HasSubstr;

MetricFamily OneOf(MetricType type, double value, const Histogram* times) {
  return {"x", "Help.", type, {{{{"target", "a\"b\\c\nd"}}, value, times}}};
}

TEST(MetricFamilyTest, EscapesLabels) {
  EXPECT_EQ(MetricsText({OneOf(MetricType::kCounter, 1e9, nullptr)}),
            "# HELP x Help.\n# TYPE x counter\n"
            "x{target=\"a\\\"b\\\\c\\nd\"} 1e+09\n");
}

TEST(MetricFamilyTest, AHistogramEndsWithAllValues) {
  Histogram times;
  for (int ms = 1; ms <= 1000; ++ms) times.Add(ms * 1'000'000 - 500'000);
  const std::string text =
      MetricsText({OneOf(MetricType::kHistogram, 0, &times)});
  EXPECT_THAT(text, HasSubstr("le=\"0.001\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("le=\"1\"} 1000\n"));
  EXPECT_THAT(text, HasSubstr("le=\"+Inf\"} 1000\n"));
  EXPECT_THAT(text, HasSubstr("x_count{target=\"a\\\"b\\\\c\\nd\"} 1000\n"));
}

TEST(MetricFamilyTest, OneCounterInProtobuf) {
  const MetricFamily family{
      "x", "H", MetricType::kCounter, {{{{"a", "b"}}, 1.0, nullptr}}};
  EXPECT_EQ(MetricsProtobuf({family}),
            std::string("\x1d"       // 29 bytes
                        "\x0a\x01x"  // name
                        "\x12\x01H"  // help
                        "\x18\x00"   // type
                        "\x22\x13"   // metric
                        "\x0a\x06"   // label
                        "\x0a\x01\x61\x12\x01\x62"
                        "\x1a\x09\x09"  // counter: a double
                        "\x00\x00\x00\x00\x00\x00\xf0\x3f",
                        30));
}

TEST(MetricFamilyTest, ProtobufIsForThoseWhoAskForIt) {
  EXPECT_TRUE(TakesProtobuf(
      "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;"
      "encoding=delimited;q=0.6,text/plain;q=0.5"));
  EXPECT_FALSE(TakesProtobuf(""));
  EXPECT_FALSE(TakesProtobuf("text/plain"));
  EXPECT_FALSE(TakesProtobuf("application/vnd.google.protobuf;proto=other"));
}

}  // namespace
}  // namespace busyhour::internal
