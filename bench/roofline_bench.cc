// What this machine can do with bytes, whatever made them: the yardsticks of
// all other figures. Nothing here is ours but the way of writing.

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/fingerprint.h"
#include "benchmark/benchmark.h"
#include "deliver/fd_sink.h"

namespace busyhour {
namespace {

// A portion's buffer: it stays in a core's second cache.
constexpr std::size_t kL2Bytes = 256 << 10;
constexpr std::size_t kDramBytes = 256 << 20;

std::vector<char> SomeBytes(std::size_t count) {
  std::vector<char> bytes(count);
  std::uint32_t word = 1;
  for (char& byte : bytes) {
    word = word * 1664525 + 1013904223;
    byte = static_cast<char>(word >> 24);
  }
  return bytes;
}

void BM_Memcpy(benchmark::State& state, std::size_t bytes) {
  const std::vector<char> from = SomeBytes(bytes);
  std::vector<char> to(bytes);
  std::memcpy(to.data(), from.data(), bytes);
  if (to != from) {
    state.SkipWithError("memcpy did not copy");
    return;
  }
  for (auto _ : state) {
    std::memcpy(to.data(), from.data(), bytes);
    benchmark::DoNotOptimize(to.data());
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() *
                          static_cast<std::int64_t>(bytes));
}
BENCHMARK_CAPTURE(BM_Memcpy, L2, kL2Bytes);
BENCHMARK_CAPTURE(BM_Memcpy, DRAM, kDramBytes)->Unit(benchmark::kMillisecond);

void BM_WriteToDevNull(benchmark::State& state) {
  const std::vector<char> bytes = SomeBytes(kL2Bytes);
  const int fd = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  FdSink sink(fd, "/dev/null");
  const std::string_view span(bytes.data(), bytes.size());
  if (fd < 0 || !sink.Write({&span, 1}).ok()) {
    state.SkipWithError("cannot write to /dev/null");
    return;
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(sink.Write({&span, 1}).ok());
  }
  state.SetBytesProcessed(state.iterations() *
                          static_cast<std::int64_t>(kL2Bytes));
  ::close(fd);
}
BENCHMARK(BM_WriteToDevNull);

// The reading end of a pipe, on a thread of its own.
class Reader {
 public:
  explicit Reader(bool fingerprints)
      : thread_([this, fingerprints] { Read(fingerprints); }) {}

  // Call when all has been written.
  void Join() {
    ::close(ends_[1]);
    thread_.join();
    ::close(ends_[0]);
  }
  int writer() const { return ends_[1]; }
  std::uint64_t bytes() const { return bytes_; }
  std::string fingerprint() const { return fingerprint_.Text(); }

 private:
  static std::array<int, 2> OpenPipe() {
    std::array<int, 2> ends{-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) ends = {-1, -1};
    return ends;
  }
  void Read(bool fingerprints) {
    std::vector<char> buffer(kL2Bytes);
    ssize_t count = 0;
    while ((count = ::read(ends_[0], buffer.data(), buffer.size())) > 0) {
      bytes_ += static_cast<std::uint64_t>(count);
      if (fingerprints) {
        fingerprint_.Add({buffer.data(), static_cast<std::size_t>(count)});
      }
    }
  }

  std::array<int, 2> ends_ = OpenPipe();
  std::uint64_t bytes_ = 0;
  Fingerprint fingerprint_;
  std::thread thread_;
};

bool PipeCarries(std::string_view bytes) {
  Fingerprint expected;
  Reader reader(/*fingerprints=*/true);
  FdSink sink(reader.writer(), "a pipe");
  bool ok = true;
  for (int i = 0; i < 20; ++i) {
    ok &= sink.Write({&bytes, 1}).ok();
    expected.Add(bytes);
  }
  reader.Join();
  return ok && reader.fingerprint() == expected.Text();
}

void BM_WriteToPipe(benchmark::State& state) {
  const std::vector<char> bytes = SomeBytes(kL2Bytes);
  const std::string_view span(bytes.data(), bytes.size());
  if (!PipeCarries(span)) {
    state.SkipWithError("what came out of the pipe is not what went in");
    return;
  }
  Reader reader(/*fingerprints=*/false);
  FdSink sink(reader.writer(), "a pipe");
  for (auto _ : state) {
    benchmark::DoNotOptimize(sink.Write({&span, 1}).ok());
  }
  reader.Join();
  state.SetBytesProcessed(static_cast<std::int64_t>(reader.bytes()));
}
BENCHMARK(BM_WriteToPipe)->UseRealTime();

}  // namespace
}  // namespace busyhour
