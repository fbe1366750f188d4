// The limits of this machine, independent of the program that makes the bytes:
// in addition to the yardsticks of all benchmark programs, memory on two cores
// and the ways to output bytes. Only the output functions are ours.

#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/fingerprint.h"
#include "benchmark/benchmark.h"
#include "deliver/fd_sink.h"
#include "yardstick.h"

namespace busyhour::internal {
namespace {

std::vector<char> SomeBytes(std::size_t count) {
  std::vector<char> bytes(count);
  std::uint32_t word = 1;
  for (char& byte : bytes) {
    word = word * 1664525 + 1013904223;
    byte = static_cast<char>(word >> 24);
  }
  return bytes;
}

// Two threads copy at the same time.
void BM_MemcpyByThreads(benchmark::State& state, std::size_t bytes) {
  const std::vector<char> from = SomeBytes(bytes);
  std::vector<char> to(bytes);
  std::memcpy(to.data(), from.data(), bytes);
  if (to != from) {
    state.SkipWithError("memcpy did not copy");
    return;
  }
  for (auto _ : state) {
    std::memcpy(to.data(), from.data(), bytes);
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() *
                          static_cast<std::int64_t>(bytes));
}
BENCHMARK_CAPTURE(BM_MemcpyByThreads, L2, kL2Bytes)->Threads(2)->UseRealTime();
BENCHMARK_CAPTURE(BM_MemcpyByThreads, DRAM, kDramBytes)
    ->Threads(2)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

// The fingerprint that is computed for each file.
void BM_Fingerprint(benchmark::State& state) {
  const std::vector<char> bytes = SomeBytes(kL2Bytes);
  const std::string_view span(bytes.data(), bytes.size());
  Fingerprint whole;
  Fingerprint halves;
  whole.Add(span);
  halves.Add(span.substr(0, kL2Bytes / 2));
  halves.Add(span.substr(kL2Bytes / 2));
  if (whole.Text() != halves.Text()) {
    state.SkipWithError("the fingerprint depends on how bytes come");
    return;
  }
  for (auto _ : state) whole.Add(span);
  state.SetBytesProcessed(state.iterations() *
                          static_cast<std::int64_t>(kL2Bytes));
}
BENCHMARK(BM_Fingerprint);

// Writes the same 256 MiB of a file repeatedly, so the bytes go to memory, not
// to the disk.
void BM_WriteToFile(benchmark::State& state) {
  const std::vector<char> bytes = SomeBytes(kL2Bytes);
  const std::string_view span(bytes.data(), bytes.size());
  std::FILE* const file = std::tmpfile();
  if (file == nullptr) {
    state.SkipWithError("cannot make a temporary file");
    return;
  }
  FdSink sink(::fileno(file), "a file");
  std::vector<char> back(kL2Bytes);
  if (!sink.Write({&span, 1}).ok() ||
      ::pread(::fileno(file), back.data(), kL2Bytes, 0) !=
          static_cast<ssize_t>(kL2Bytes) ||
      back != bytes) {
    state.SkipWithError("the file does not hold what was written");
    std::fclose(file);
    return;
  }
  std::size_t written = kDramBytes;
  for (auto _ : state) {
    if (written >= kDramBytes) {
      ::lseek(::fileno(file), 0, SEEK_SET);
      written = 0;
    }
    benchmark::DoNotOptimize(sink.Write({&span, 1}).ok());
    written += kL2Bytes;
  }
  std::fclose(file);
  state.SetBytesProcessed(state.iterations() *
                          static_cast<std::int64_t>(kL2Bytes));
}
BENCHMARK(BM_WriteToFile);

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

// The reading end of a pipe, with a separate thread.
class Reader {
 public:
  explicit Reader(bool fingerprints)
      : thread_([this, fingerprints] { Read(fingerprints); }) {}

  // Call this when all bytes have been written.
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

// Ways to write to a pipe. Each writes all of `bytes`.
struct ByWrite {
  explicit ByWrite(int fd) : sink(fd, "a pipe") {}
  bool operator()(std::string_view bytes) {
    return sink.Write({&bytes, 1}).ok();
  }
  FdSink sink;
};

// With the default capacity of a pipe.
struct ByWriteToNarrow : ByWrite {
  explicit ByWriteToNarrow(int fd) : ByWrite(fd) {
    ::fcntl(fd, F_SETPIPE_SZ, 64 << 10);
  }
};

// Without copying: the reader reads the writer's pages.
struct BySplice {
  explicit BySplice(int fd_into) : fd(fd_into) {
    ::fcntl(fd, F_SETPIPE_SZ, 1 << 20);
  }
  bool operator()(std::string_view bytes) const {
    while (!bytes.empty()) {
      const iovec piece{const_cast<char*>(bytes.data()), bytes.size()};
      const ssize_t written = ::vmsplice(fd, &piece, 1, 0);
      if (written < 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
  }
  int fd;
};

template <class Way>
bool PipeCarries(std::string_view bytes) {
  Fingerprint expected;
  Reader reader(/*fingerprints=*/true);
  Way write(reader.writer());
  bool ok = true;
  for (int i = 0; i < 20; ++i) {
    ok &= write(bytes);
    expected.Add(bytes);
  }
  reader.Join();
  return ok && reader.fingerprint() == expected.Text();
}

template <class Way>
void BM_Pipe(benchmark::State& state) {
  const std::vector<char> bytes = SomeBytes(kL2Bytes);
  const std::string_view span(bytes.data(), bytes.size());
  if (!PipeCarries<Way>(span)) {
    state.SkipWithError("what came out of the pipe is not what went in");
    return;
  }
  Reader reader(/*fingerprints=*/false);
  Way write(reader.writer());
  for (auto _ : state) benchmark::DoNotOptimize(write(span));
  reader.Join();
  state.SetBytesProcessed(static_cast<std::int64_t>(reader.bytes()));
}
BENCHMARK_TEMPLATE(BM_Pipe, ByWriteToNarrow)
    ->Name("BM_IntoPipe/write_64KiB")
    ->UseRealTime();
BENCHMARK_TEMPLATE(BM_Pipe, ByWrite)
    ->Name("BM_IntoPipe/write_1MiB")
    ->UseRealTime();
BENCHMARK_TEMPLATE(BM_Pipe, BySplice)
    ->Name("BM_IntoPipe/vmsplice")
    ->UseRealTime();

}  // namespace
}  // namespace busyhour::internal
