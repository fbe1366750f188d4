#include "live/metric_family.h"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>

namespace busyhour::internal {
namespace {

constexpr double kNanosInSecond = 1e9;
// The upper bounds of the classic buckets, in seconds.
constexpr std::array<double, 16> kBounds = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25,
    0.5,   1,      2.5,   5,    10,    25,   50,  100};
// Of native histograms: 2^3 buckets for each power of two.
constexpr int kSchema = 3;
constexpr double kLeastSeconds = 1e-9;

std::string NumberOf(double value) {
  if (std::isinf(value)) return value < 0 ? "-Inf" : "+Inf";
  std::array<char, 32> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value);
  return {text.data(), end.ptr};
}

// The numbers of values up to each of `kBounds`.
std::vector<std::uint64_t> CountsBelow(
    const std::vector<Histogram::Bucket>& steps) {
  std::vector<std::uint64_t> counts;
  std::uint64_t count = 0;
  std::size_t at = 0;
  for (const double bound : kBounds) {
    for (; at < steps.size() &&
           static_cast<double>(steps[at].value) <= bound * kNanosInSecond;
         ++at) {
      count += steps[at].count;
    }
    counts.push_back(count);
  }
  return counts;
}

double SumOf(const Histogram& times) {
  return times.mean() * static_cast<double>(times.count()) / kNanosInSecond;
}

std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\n') {
      escaped += "\\n";
      continue;
    }
    if (c == '\\' || c == '"') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string LineOf(std::string_view name, std::string_view ending,
                   const MetricLabels& labels, std::string_view bound,
                   const std::string& value) {
  std::string line(name);
  line += ending;
  char before = '{';
  const auto add = [&](std::string_view label, std::string_view text) {
    line += before;
    line.append(label).append("=\"") += Escaped(text) + '"';
    before = ',';
  };
  for (const auto& [label, text] : labels) add(label, text);
  if (!bound.empty()) add("le", bound);
  if (before == ',') line += '}';
  return line + ' ' + value + '\n';
}

std::string HistogramText(std::string_view name,
                          const MetricFamily::Sample& sample) {
  const Histogram& times = *sample.times;
  const std::vector<std::uint64_t> counts = CountsBelow(times.Buckets());
  std::string text;
  for (std::size_t i = 0; i < kBounds.size(); ++i) {
    text += LineOf(name, "_bucket", sample.labels, NumberOf(kBounds[i]),
                   std::to_string(counts[i]));
  }
  const std::string count = std::to_string(times.count());
  return text + LineOf(name, "_bucket", sample.labels, "+Inf", count) +
         LineOf(name, "_sum", sample.labels, "", NumberOf(SumOf(times))) +
         LineOf(name, "_count", sample.labels, "", count);
}

// A message in the wire format of protobuf.
class Message {
 public:
  void AddCount(int field, std::uint64_t value) {
    PutKey(field, 0);
    PutVarint(value);
  }
  // `sint32` and `sint64`.
  void AddSigned(int field, std::int64_t value) {
    AddCount(field, (static_cast<std::uint64_t>(value) << 1) ^
                        static_cast<std::uint64_t>(value >> 63));
  }
  void AddDouble(int field, double value) {
    PutKey(field, 1);
    const auto bits = std::bit_cast<std::uint64_t>(value);
    for (int i = 0; i < 8; ++i) {
      bytes_ += static_cast<char>((bits >> (8 * i)) & 0xff);
    }
  }
  void AddBytes(int field, std::string_view bytes) {
    PutKey(field, 2);
    PutDelimited(bytes);
  }
  void PutDelimited(std::string_view bytes) {
    PutVarint(bytes.size());
    bytes_ += bytes;
  }
  const std::string& bytes() const { return bytes_; }

 private:
  void PutKey(int field, int wire_type) {
    PutVarint(static_cast<std::uint64_t>(field << 3 | wire_type));
  }
  void PutVarint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) {
      bytes_ += static_cast<char>((value & 0x7f) | 0x80);
    }
    bytes_ += static_cast<char>(value);
  }

  std::string bytes_;
};

// Native buckets: (2^((i-1)/8), 2^(i/8)] seconds is bucket i. Spans are runs of
// buckets with values, and each count is the difference to the one before.
void AddNativeBuckets(const std::vector<Histogram::Bucket>& steps,
                      Message& message) {
  std::map<int, std::uint64_t> counts;
  std::uint64_t zeros = 0;
  for (const Histogram::Bucket& step : steps) {
    const double seconds = static_cast<double>(step.value) / kNanosInSecond;
    if (seconds <= kLeastSeconds) {
      zeros += step.count;
      continue;
    }
    counts[static_cast<int>(
        std::ceil(std::ldexp(std::log2(seconds), kSchema)))] += step.count;
  }
  message.AddSigned(5, kSchema);
  message.AddDouble(6, kLeastSeconds);
  message.AddCount(7, zeros);
  int next = 0;
  for (auto at = counts.begin(); at != counts.end();) {
    const int first = at->first;
    std::uint64_t length = 0;
    for (; at != counts.end() && at->first == first + static_cast<int>(length);
         ++at) {
      ++length;
    }
    Message span;
    span.AddSigned(1, first - next);
    span.AddCount(2, length);
    message.AddBytes(12, span.bytes());
    next = first + static_cast<int>(length);
  }
  std::int64_t last = 0;
  for (const auto& [bucket, count] : counts) {
    message.AddSigned(13, static_cast<std::int64_t>(count) - last);
    last = static_cast<std::int64_t>(count);
  }
}

std::string HistogramMessage(const Histogram& times) {
  const std::vector<Histogram::Bucket> steps = times.Buckets();
  const std::vector<std::uint64_t> counts = CountsBelow(steps);
  Message message;
  message.AddCount(1, times.count());
  message.AddDouble(2, SumOf(times));
  for (std::size_t i = 0; i < kBounds.size(); ++i) {
    Message bucket;
    bucket.AddCount(1, counts[i]);
    bucket.AddDouble(2, kBounds[i]);
    message.AddBytes(3, bucket.bytes());
  }
  AddNativeBuckets(steps, message);
  return message.bytes();
}

// The number of a type, and the field of its values.
struct TypeInfo {
  std::string_view name;
  std::uint64_t number;
  int field;
};

TypeInfo InfoOf(MetricType type) {
  switch (type) {
    case MetricType::kCounter:
      return {"counter", 0, 3};
    case MetricType::kGauge:
      return {"gauge", 1, 2};
    case MetricType::kHistogram:
      return {"histogram", 4, 7};
  }
  return {};
}

}  // namespace

std::string MetricsText(const std::vector<MetricFamily>& families) {
  std::string text;
  for (const MetricFamily& family : families) {
    const std::string name(family.name);
    text += "# HELP " + name + ' ' + std::string(family.help) + "\n# TYPE " +
            name + ' ' + std::string(InfoOf(family.type).name) + '\n';
    for (const MetricFamily::Sample& sample : family.samples) {
      text += sample.times != nullptr
                  ? HistogramText(name, sample)
                  : LineOf(name, "", sample.labels, "", NumberOf(sample.value));
    }
  }
  return text;
}

std::string MetricsProtobuf(const std::vector<MetricFamily>& families) {
  Message all;
  for (const MetricFamily& family : families) {
    const TypeInfo type = InfoOf(family.type);
    Message message;
    message.AddBytes(1, family.name);
    message.AddBytes(2, family.help);
    message.AddCount(3, type.number);
    for (const MetricFamily::Sample& sample : family.samples) {
      Message metric;
      for (const auto& [name, text] : sample.labels) {
        Message label;
        label.AddBytes(1, name);
        label.AddBytes(2, text);
        metric.AddBytes(1, label.bytes());
      }
      if (sample.times != nullptr) {
        metric.AddBytes(type.field, HistogramMessage(*sample.times));
      } else {
        Message value;
        value.AddDouble(1, sample.value);
        metric.AddBytes(type.field, value.bytes());
      }
      message.AddBytes(4, metric.bytes());
    }
    all.PutDelimited(message.bytes());
  }
  return all.bytes();
}

bool TakesProtobuf(std::string_view accept) {
  return accept.find("application/vnd.google.protobuf") != accept.npos &&
         accept.find("io.prometheus.client.MetricFamily") != accept.npos;
}

}  // namespace busyhour::internal
