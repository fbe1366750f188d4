// The time to encode a record, compared with copying the same number of bytes,
// and with other libraries whose output is identical.
//
//   encode_bench --benchmark_filter='/operational/|Memcpy'

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "benchmark/benchmark.h"
#include "encode/encoder.h"
#include "encode/reference.h"
#include "encode/sample.h"
#include "encode/shape.h"
#include "peer.h"
#include "yardstick.h"

namespace busyhour::internal {
namespace {

constexpr std::size_t kCalls = 1024;
constexpr std::size_t kRecords = 4096;
/// Small enough that the output of a peer stays in the L2 cache.
constexpr std::size_t kPeerRecords = 128;
constexpr std::size_t kBufferBytes = kL2Bytes;
/// The pipe prefetches the images of calls this many records ahead.
constexpr std::size_t kLookAhead = 12;

/// The images of calls of one hour, and records of these calls in random order.
class Desk {
 public:
  Desk(LogType log, Shape shape, Vectors vectors)
      : shape_(shape),
        words_(sample::MakeVocabulary()),
        encoder_(words_, shape, {RowStyle::kObject, "", "\n"}, LogSet::All(),
                 vectors),
        buffer_(Allocate(kBufferBytes + encoder_.max_record_bytes())) {
    std::mt19937_64 random(1);
    for (std::size_t i = 0; i < kCalls; ++i) {
      sample::Call call = sample::MakeCall(random);
      call.key.slot = 1'772'438'400 + random() % 3600;
      calls_.push_back(call);
      images_.push_back(sample::ImageOf(call));
    }
    for (std::size_t i = 0; i < kRecords; ++i) {
      const auto call = static_cast<std::uint32_t>(random() % kCalls);
      records_.push_back(
          {call, sample::MakeEvent(calls_[call], log, words_, random)});
    }
  }

  /// Empty if every record, parsed again, equals the reference.
  std::string Difference() {
    for (std::size_t i = 0; i < kRecords; ++i) {
      const std::string_view text = Encode(i);
      const sample::Json expected = Reference(i);
      if (sample::Json::parse(text) != expected) {
        return "wrote " + std::string(text) + ", not " + expected.dump();
      }
    }
    return {};
  }

  std::string_view Encode(std::size_t i) {
    const auto& [call, event] = records_[i];
    const char* const end =
        encoder_.Encode(event.record, event.ids, images_[call], buffer_.get());
    return {buffer_.get(), static_cast<std::size_t>(end - buffer_.get())};
  }

  sample::Json Reference(std::size_t i) const {
    const auto& [call, event] = records_[i];
    return sample::Reference(shape_, words_, calls_[call], event);
  }

  /// `count` records for a peer. The desk must outlive them.
  std::vector<PeerRecord> ForPeer(std::size_t count) const {
    std::vector<PeerRecord> records;
    for (std::size_t i = 0; records.size() < count; ++i) {
      const auto& [call, event] = records_[i];
      if (!HasPlainQuantity(event.record)) continue;
      records.push_back({Reference(i), &words_, &calls_[call], &event, i});
    }
    return records;
  }

  /// Encodes all records and returns their total size. Not inlined, so that its
  /// instructions can be counted separately.
  [[gnu::noinline]] std::size_t EncodeAll() {
    std::size_t bytes = 0;
    char* p = buffer_.get();
    for (std::size_t i = 0; i < kRecords; ++i) {
      images_[records_[(i + kLookAhead) % kRecords].call].Prefetch(
          encoder_.reads_whole_image(records_[i].event.record.log()));
      const auto& [call, event] = records_[i];
      p = encoder_.Encode(event.record, event.ids, images_[call], p);
      if (p - buffer_.get() > static_cast<std::ptrdiff_t>(kBufferBytes)) {
        bytes += static_cast<std::size_t>(p - buffer_.get());
        p = buffer_.get();
        benchmark::ClobberMemory();
      }
    }
    return bytes + static_cast<std::size_t>(p - buffer_.get());
  }

  void Render(std::size_t call) {
    images_[call] = sample::ImageOf(calls_[call]);
  }

 private:
  struct Item {
    std::uint32_t call;
    sample::Event event;
  };

  /// Whether Grisu2, which nlohmann/json and RapidJSON use, prints the shortest
  /// text of the record's quantity. Otherwise, 10.862317 becomes
  /// 10.862316999999999, for example.
  static bool HasPlainQuantity(const Record& record) {
    if (record.log() != LogType::kUsage) return true;
    const std::string text =
        sample::QuantityText(record.As<UsagePayload>().connected_ms);
    const sample::Json parsed = sample::Json::parse(text);
    return parsed.dump() == text;
  }

  Shape shape_;
  Vocabulary words_;
  Encoder encoder_;
  Memory buffer_;
  std::vector<sample::Call> calls_;
  std::vector<CallImage> images_;
  std::vector<Item> records_;
};

void BM_Encode(benchmark::State& state, LogType log, Shape shape,
               Vectors vectors) {
  Desk desk(log, shape, vectors);
  if (const std::string difference = desk.Difference(); !difference.empty()) {
    state.SkipWithError(difference.c_str());
    return;
  }
  std::size_t bytes = 0;
  std::size_t records = 0;
  for (auto _ : state) {
    bytes += desk.EncodeAll();
    records += kRecords;
  }
  CountRecords(state, records, bytes);
}

void BM_Peer(benchmark::State& state, MakePeer make, LogType log, Shape shape) {
  Desk desk(log, shape, Vectors::kBest);
  const std::vector<PeerRecord> records = desk.ForPeer(kPeerRecords);
  const std::unique_ptr<Peer> peer = make(records);
  for (std::size_t i = 0; i < kPeerRecords; ++i) {
    std::string ours(desk.Encode(records[i].index));
    ours.pop_back();  // its line end
    const std::string theirs(peer->Write(i));
    if (ours != theirs) {
      state.SkipWithError(("wrote " + theirs + ", not " + ours).c_str());
      return;
    }
  }
  std::size_t bytes = 0;
  std::size_t written = 0;
  for (auto _ : state) {
    for (std::size_t i = 0; i < kPeerRecords; ++i) {
      const std::string_view text = peer->Write(i);
      benchmark::DoNotOptimize(text.data());
      bytes += text.size() + 1;
    }
    written += kPeerRecords;
  }
  CountRecords(state, written, bytes);
}

/// Renders the texts of one call, for all three logs.
void BM_RenderImage(benchmark::State& state) {
  Desk desk(LogType::kOperational, Shape::kResourceLog, Vectors::kBest);
  std::size_t call = 0;
  for (auto _ : state) {
    desk.Render(call);
    call = (call + 1) % kCalls;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_RenderImage);

// Other libraries write small shares with other exponents than Azure, for
// example 8.844e-05, or with none.
bool NoShares(LogType log, Shape shape) {
  const auto columns = Columns(log, shape);
  return std::none_of(columns.begin(), columns.end(), [](const Column& column) {
    return column.field->kind != FieldKind::kMinutes &&
           column.type == Type::kReal;
  });
}

bool ResourceLogsOfRequests(LogType log, Shape shape) {
  return log == LogType::kOperational && shape == Shape::kResourceLog;
}

[[maybe_unused]] bool WholeNumbersOnly(LogType log, Shape shape) {
  const auto columns = Columns(log, shape);
  return std::none_of(columns.begin(), columns.end(), [](const Column& column) {
    return column.type == Type::kReal;
  });
}

struct PeerInfo {
  const char* name;
  MakePeer make;
  /// The records that the peer can write.
  bool (*writes)(LogType log, Shape shape);
};

constexpr PeerInfo kPeers[] = {
    {"FmtText", MakeFmtTextPeer, ResourceLogsOfRequests},
    {"FmtValue", MakeFmtValuePeer, ResourceLogsOfRequests},
#if defined(BUSYHOUR_HAS_RAPIDJSON)
    {"RapidJson", MakeRapidJsonPeer, NoShares},
#endif
#if defined(BUSYHOUR_HAS_BOOST_JSON)
    {"BoostJson", MakeBoostJsonPeer, WholeNumbersOnly},
#endif
    {"Nlohmann", MakeNlohmannPeer, NoShares},
};

[[maybe_unused]] const bool kRegistered = [] {
  for (const LogType log : kLogTypes) {
    for (const Shape shape : kShapes) {
      const std::string name =
          std::string(Info(log).name) + '/' + std::string(Info(shape).name);
      benchmark::RegisterBenchmark(("BM_Encode/" + name).c_str(), BM_Encode,
                                   log, shape, Vectors::kBest);
      benchmark::RegisterBenchmark(("BM_EncodePlain/" + name).c_str(),
                                   BM_Encode, log, shape, Vectors::kPlain);
      for (const PeerInfo& peer : kPeers) {
        if (!peer.writes(log, shape)) continue;
        benchmark::RegisterBenchmark(
            ("BM_" + std::string(peer.name) + '/' + name).c_str(), BM_Peer,
            peer.make, log, shape);
      }
    }
  }
  return true;
}();

}  // namespace
}  // namespace busyhour::internal
