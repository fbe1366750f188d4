#include "metrics/metric_text.h"

#include <algorithm>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/ascii.h"
#include "base/time.h"
#include "metrics/export_schedule.h"

namespace busyhour::internal {
namespace {

using Json = nlohmann::ordered_json;

std::string MinuteText(std::int64_t minute) {
  // All minutes are whole: `2026-03-02T08:00:00Z`.
  std::string text = FormatTime({minute * kMsPerMinute});
  return text.replace(text.size() - 1, 1, ".0000000Z");
}

// The totals of a minute, by `Metric`: dimensions are summed when metrics are
// exported.
struct MinuteTotals {
  std::int64_t minute = 0;
  std::array<std::uint64_t, kMetrics.size()> totals{};
  bool is_idle = true;
};

MinuteTotals TotalsOf(const MinuteCounts& counts) {
  MinuteTotals minute;
  minute.minute = counts.minute;
  for (const MetricInfo& info : kMetrics) {
    const std::uint64_t total = counts.Total(info.metric);
    minute.totals[static_cast<std::size_t>(info.metric)] = total;
    if (total > 0) minute.is_idle = false;
  }
  return minute;
}

// Every request or event is a sample of 1. A minute without one has one sample
// of 0, as in a published record.
std::uint64_t SamplesOf(std::uint64_t total) {
  return std::max<std::uint64_t>(total, 1);
}
int ValueOf(std::uint64_t total) { return total > 0 ? 1 : 0; }

// What a diagnostic setting exports, one export after the other.
class ExportedText : public MetricText {
 public:
  void Add(const MinuteCounts& counts, const Put& put) override {
    schedule_.Add(TotalsOf(counts),
                  [&](const auto& minutes) { PutExport(minutes, put); });
  }
  void End(const Put& put) override {
    schedule_.Finish([&](const auto& minutes) { PutExport(minutes, put); });
  }

 private:
  virtual void PutExport(const std::vector<MinuteTotals>& minutes,
                         const Put& put) = 0;

  ExportSchedule<MinuteTotals> schedule_;
};

// Calls `take` with each exported record.
void EachRecord(const std::vector<MinuteTotals>& minutes,
                const Vocabulary& words,
                const std::function<void(Json record)>& take) {
  for (const MinuteTotals& minute : minutes) {
    for (const MetricInfo& info : kMetrics) {
      const std::uint64_t total =
          minute.totals[static_cast<std::size_t>(info.metric)];
      take({{"count", SamplesOf(total)},
            {"total", total},
            {"minimum", ValueOf(total)},
            {"maximum", ValueOf(total)},
            {"average", ValueOf(total)},
            {"resourceId", words.resource_id},
            {"time", MinuteText(minute.minute)},
            {"metricName", info.name},
            {"timeGrain", "PT1M"}});
    }
  }
}

// The messages of an event hub.
class ExportText : public ExportedText {
 public:
  ExportText(const Vocabulary& words, const Resource&) : words_(words) {}

 private:
  void PutExport(const std::vector<MinuteTotals>& minutes,
                 const Put& put) override {
    Json records = Json::array();
    EachRecord(minutes, words_, [&records](Json record) {
      records.push_back(std::move(record));
    });
    put(Json{{"records", std::move(records)}}.dump() + '\n');
  }

  const Vocabulary& words_;
};

// The blobs of a storage account.
class BlobText : public ExportedText {
 public:
  BlobText(const Vocabulary& words, PutMetricBlob put)
      : words_(words), put_(std::move(put)) {}

 private:
  void PutExport(const std::vector<MinuteTotals>& minutes,
                 const Put&) override {
    std::string lines;
    EachRecord(minutes, words_,
               [&lines](const Json& record) { lines += record.dump() + '\n'; });
    // An export comes at the end of its newest minute.
    const std::int64_t exported_ms = (minutes.back().minute + 1) * kMsPerMinute;
    put_(exported_ms / kMsPerHour, lines);
  }

  const Vocabulary& words_;
  PutMetricBlob put_;
};

// The rows of the table AzureMetrics.
class TableText : public ExportedText {
 public:
  TableText(const Vocabulary& words, const Resource& resource)
      : words_(words), resource_(resource) {}

 private:
  void PutExport(const std::vector<MinuteTotals>& minutes,
                 const Put& put) override {
    for (const MinuteTotals& minute : minutes) {
      for (const MetricInfo& info : kMetrics) {
        put(Row(minute, info).dump() + '\n');
      }
    }
  }

  Json Row(const MinuteTotals& minute, const MetricInfo& info) const {
    const std::uint64_t total =
        minute.totals[static_cast<std::size_t>(info.metric)];
    return {{"TenantId", words_.workspace_id},
            {"SourceSystem", "Azure"},
            {"TimeGenerated", MinuteText(minute.minute)},
            {"ResourceId", words_.resource_id},
            {"MetricName", info.name},
            {"Total", total},
            {"Count", SamplesOf(total)},
            {"Maximum", ValueOf(total)},
            {"Minimum", ValueOf(total)},
            {"Average", ValueOf(total)},
            {"TimeGrain", "PT1M"},
            {"UnitName", "Count"},
            {"Resource", InUpperCase(resource_.name)},
            {"ResourceGroup", InUpperCase(resource_.group)},
            {"ResourceProvider", "MICROSOFT.COMMUNICATION"},
            {"SubscriptionId", words_.subscription_id},
            {"Type", "AzureMetrics"},
            {"_ResourceId", words_.table_resource_id},
            {"_SubscriptionId", words_.subscription_id}};
  }

  const Vocabulary& words_;
  const Resource& resource_;
};

// A row for each minute and series that is not zero, with all dimensions.
class CsvText : public MetricText {
 public:
  CsvText(const Vocabulary&, const Resource&) {
    for (const MetricInfo& info : kMetrics) {
      for (const std::string_view name : info.dimensions) {
        if (std::find(columns_.begin(), columns_.end(), name) ==
            columns_.end()) {
          columns_.push_back(name);
        }
      }
    }
  }

  void Begin(const Put& put) override {
    std::string text = "TimeGenerated,MetricName";
    for (const std::string_view column : columns_) {
      text.append(",").append(column);
    }
    put(text + ",Count\n");
  }
  void Add(const MinuteCounts& counts, const Put& put) override {
    for (const MetricInfo& info : kMetrics) {
      for (const auto& [dimensions, count] :
           counts.series[static_cast<std::size_t>(info.metric)]) {
        std::string text = MinuteText(counts.minute);
        text.append(",").append(info.name);
        for (const std::string_view column : columns_) {
          const auto at =
              std::find(info.dimensions.begin(), info.dimensions.end(), column);
          text += ',';
          if (at != info.dimensions.end()) {
            text += dimensions[static_cast<std::size_t>(
                at - info.dimensions.begin())];
          }
        }
        put(text.append(",").append(std::to_string(count)).append("\n"));
      }
    }
  }

 private:
  std::vector<std::string_view> columns_;
};

// Counters with timestamps, as OpenMetrics: all samples of a series together,
// one for each minute in which it grows, and a first one of 0.
class OpenMetricsText : public MetricText {
 public:
  OpenMetricsText(const Vocabulary&, const Resource&) {}

  void Add(const MinuteCounts& counts, const Put&) override {
    if (!first_minute_) first_minute_ = counts.minute;
    for (std::size_t i = 0; i < kMetrics.size(); ++i) {
      for (const auto& [dimensions, count] : counts.series[i]) {
        series_[i][dimensions].emplace_back(counts.minute, count);
      }
    }
  }
  void End(const Put& put) override {
    for (const MetricInfo& info : kMetrics) {
      const std::string name(info.name);
      put("# TYPE " + name + " counter\n# HELP " + name + ' ' +
          std::string(info.display_name) + "\n");
      for (const auto& [dimensions, samples] :
           series_[static_cast<std::size_t>(info.metric)]) {
        const std::string series =
            name + "_total{" + Labels(info, dimensions) + "} ";
        // A minute's count is reached at its end.
        PutSample(series, 0, *first_minute_, put);
        std::uint64_t total = 0;
        for (const auto& [minute, count] : samples) {
          total += count;
          PutSample(series, total, minute + 1, put);
        }
      }
    }
    put("# EOF\n");
  }

 private:
  static std::string Labels(const MetricInfo& info,
                            const Dimensions& dimensions) {
    std::string text;
    for (std::size_t i = 0; i < dimensions.size(); ++i) {
      if (i > 0) text += ',';
      text.append(info.dimensions[i])
          .append("=\"")
          .append(dimensions[i])
          .append("\"");
    }
    return text;
  }
  static void PutSample(const std::string& series, std::uint64_t value,
                        std::int64_t minute, const Put& put) {
    put(series + std::to_string(value) + ' ' +
        std::to_string(minute * (kMsPerMinute / kMsPerSecond)) + '\n');
  }

  std::optional<std::int64_t> first_minute_;
  std::array<
      std::map<Dimensions, std::vector<std::pair<std::int64_t, std::uint64_t>>>,
      kMetrics.size()>
      series_;
};

template <class Text>
std::unique_ptr<MetricText> Make(const Vocabulary& words,
                                 const Resource& resource) {
  return std::make_unique<Text>(words, resource);
}

constexpr std::string_view kLines[] = {".jsonl", ".ndjson", ".log"};
constexpr std::string_view kCsv[] = {".csv"};
constexpr std::string_view kOpenMetrics[] = {".prom", ".om", ".openmetrics",
                                             ".txt"};

constexpr MetricFormat kFormats[] = {
    {"export", "JSON Lines", kLines, Make<ExportText>},
    {"table", "JSON Lines", kLines, Make<TableText>},
    {"csv", "CSV", kCsv, Make<CsvText>},
    {"openmetrics", "OpenMetrics", kOpenMetrics, Make<OpenMetricsText>},
};

}  // namespace

std::unique_ptr<MetricText> MakeMetricBlobs(const Vocabulary& words,
                                            PutMetricBlob put) {
  return std::make_unique<BlobText>(words, std::move(put));
}

std::span<const MetricFormat> MetricFormats() { return kFormats; }

}  // namespace busyhour::internal
