// What it costs to write a record, beside copying as many bytes and beside
// letting a JSON library do it.
//
//   encode_bench --benchmark_filter='operational|memcpy'

#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "benchmark/benchmark.h"
#include "encode/encoder.h"
#include "encode/reference.h"
#include "encode/sample.h"
#include "encode/shape.h"

namespace busyhour {
namespace {

constexpr std::size_t kCalls = 1024;
constexpr std::size_t kRecords = 4096;
constexpr std::size_t kBufferBytes = 256 << 10;
/// How many records ahead the pipe asks for their calls' images.
constexpr std::size_t kLookAhead = 12;

struct FreeAligned {
  void operator()(char* memory) const {
    ::operator delete[](memory, std::align_val_t{kCacheLine});
  }
};
using Memory = std::unique_ptr<char[], FreeAligned>;

/// Zeroed, so that every page is there.
Memory Allocate(std::size_t bytes) {
  Memory memory(static_cast<char*>(
      ::operator new[](bytes, std::align_val_t{kCacheLine})));
  std::memset(memory.get(), 0, bytes);
  return memory;
}

/// Calls of one hour in a pool of images, and records of them in random order.
class Desk {
 public:
  Desk(LogType log, Shape shape, Vectors vectors)
      : shape_(shape),
        words_(sample::MakeVocabulary()),
        encoder_(words_, shape, Frame::kJsonl, kLogTypes, vectors),
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

  /// Empty when every record, read back, is what the reference says.
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

  /// Encodes all records; returns how many bytes they took.
  std::size_t EncodeAll() {
    std::size_t bytes = 0;
    char* p = buffer_.get();
    for (std::size_t i = 0; i < kRecords; ++i) {
      images_[records_[(i + kLookAhead) % kRecords].call].Prefetch(
          records_[i].event.record.log());
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

  Shape shape_;
  Vocabulary words_;
  Encoder encoder_;
  Memory buffer_;
  std::vector<sample::Call> calls_;
  std::vector<CallImage> images_;
  std::vector<Item> records_;
};

void Count(benchmark::State& state, std::size_t records, std::size_t bytes) {
  state.SetItemsProcessed(static_cast<std::int64_t>(records));
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
  state.counters["B/record"] =
      static_cast<double>(bytes) / static_cast<double>(records);
  // Shown as ns.
  state.counters["s/record"] = benchmark::Counter(
      static_cast<double>(records),
      benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

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
  Count(state, records, bytes);
}

void BM_Nlohmann(benchmark::State& state, LogType log, Shape shape) {
  const Desk desk(log, shape, Vectors::kBest);
  std::vector<sample::Json> objects;
  for (std::size_t i = 0; i < 256; ++i) objects.push_back(desk.Reference(i));
  std::size_t bytes = 0;
  std::size_t records = 0;
  for (auto _ : state) {
    for (const sample::Json& object : objects) {
      const std::string text = object.dump();
      benchmark::DoNotOptimize(text.data());
      bytes += text.size();
      ++records;
    }
  }
  Count(state, records, bytes);
}

/// The text of one call, for all three logs.
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

/// The yardstick: copying between two buffers that both stay in L2.
void BM_MemcpyL2(benchmark::State& state) {
  const Memory from = Allocate(kBufferBytes);
  const Memory to = Allocate(kBufferBytes);
  for (auto _ : state) {
    std::memcpy(to.get(), from.get(), kBufferBytes);
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(
      static_cast<std::int64_t>(state.iterations() * kBufferBytes));
}
BENCHMARK(BM_MemcpyL2);

const bool kRegistered = [] {
  for (const LogType log : kLogTypes) {
    for (const Shape shape : kShapes) {
      const std::string name =
          std::string(Info(log).name) + '/' + std::string(Info(shape).name);
      benchmark::RegisterBenchmark(("BM_Encode/" + name).c_str(), BM_Encode,
                                   log, shape, Vectors::kBest);
      benchmark::RegisterBenchmark(("BM_EncodePlain/" + name).c_str(),
                                   BM_Encode, log, shape, Vectors::kPlain);
      benchmark::RegisterBenchmark(("BM_Nlohmann/" + name).c_str(), BM_Nlohmann,
                                   log, shape);
    }
  }
  return true;
}();

}  // namespace
}  // namespace busyhour
