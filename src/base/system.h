#pragma once

#include <poll.h>
#include <sys/resource.h>
#include <sys/uio.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

// All that POSIX does not have, or macOS does not, in one place.
// system_linux.cc uses what Linux has; system_portable.cc uses POSIX and BSD
// only (BUSYHOUR_PORTABLE). If not stated otherwise, errors are in `errno`, and
// any thread may call a function.

namespace busyhour::internal {

// ------------------------------------------------------- process and machine

/// Notes the name with which this program was started, `argv[0]`. Must outlive
/// the calls of `RunningProgram`.
void NoteProgram(const char* name) noexcept;

/// The file of this program, without symbolic links; empty if it cannot be
/// found. The portable way searches PATH for the name that was noted.
std::filesystem::path RunningProgram();

/// Whether `ClockErrorBound` can know it.
extern const bool kKnowsClockError;

/// The bound of the error of this machine's clock. Nothing if the clock is not
/// synchronized. The portable way never knows it.
std::optional<std::chrono::microseconds> ClockErrorBound() noexcept;

/// Fills `bytes`, at most 256, with random numbers for secrets. False if the
/// system has none.
bool FillRandom(std::span<unsigned char> bytes) noexcept;

/// Lowers the priority of this thread by `steps` (of `nice`). The portable way
/// does nothing: elsewhere, the call is about the whole process.
void LowerThreadPriority(int steps) noexcept;

/// Kills this process when its parent ends. The portable way does nothing.
void EndWithParent() noexcept;

/// The peak of a process's resident memory.
std::uint64_t PeakBytes(const rusage& usage) noexcept;

// -------------------------------------------------------------------- memory

/// Lets the allocator keep freed memory: it maps only allocations of
/// `map_bytes` or more separately, and returns free memory beyond `most_bytes`
/// to the system. The portable way does nothing.
void KeepFreedMemory(int map_bytes, int most_bytes) noexcept;

/// Asks for huge pages for this memory; the system may ignore it, and the
/// portable way does nothing.
void PreferHugePages(void* at, std::size_t bytes) noexcept;

/// The offset of the first `part` in `text`, or npos. Linux has a quick way for
/// long texts.
std::size_t FindBytes(std::string_view text, std::string_view part) noexcept;

// --------------------------------------------------------------------- files

/// Says that `fd` will be read from begin to end. The portable way does
/// nothing.
void ExpectWholeRead(int fd) noexcept;

/// Reserves disk space for `bytes` bytes from offset `from`, without changing
/// the length of the file. False if that is not possible, as in the portable
/// way.
bool ReserveSpace(int fd, std::uint64_t from, std::uint64_t bytes) noexcept;

/// Lets the disk begin to write these bytes of a file. The portable way does
/// nothing.
void BeginToWrite(int fd, std::uint64_t from, std::uint64_t bytes) noexcept;

/// Forces the content of a file to the disk. Negative if that fails. The
/// portable way also forces what does not concern the content.
int ForceContent(int fd) noexcept;

// --------------------------------------------------------------------- pipes

/// Opens a pipe, to read from `ends[0]` and write to `ends[1]`, which started
/// programs do not inherit. Negative if that fails.
int OpenPipe(std::array<int, 2>& ends) noexcept;

/// The size of a wide pipe: the default limit for an unprivileged program
/// (/proc/sys/fs/pipe-max-size). With the default size of 64 KiB, writer and
/// reader wait for each other sixteen times as often.
inline constexpr std::size_t kWidePipe = 1 << 20;
/// If `fd` is a pipe, enlarges it to `kWidePipe`, if the system allows this.
/// The portable way does nothing.
void WidenPipe(int fd) noexcept;

/// The number of written bytes whose memory a pipe may still refer to after
/// `PutPages`: its capacity. 0 if `fd` is not a pipe, and in the portable way,
/// which copies bytes.
std::size_t LentBytes(int fd) noexcept;

/// Writes to a pipe, as writev(2) does. Linux passes the memory itself, which
/// must not change before it was read; the portable way copies it.
ssize_t PutPages(int fd, const iovec* pieces, int count) noexcept;

/// Opens a pipe a second time, for writing that does not block, although other
/// users of the pipe want writing that blocks. Negative if that fails. With the
/// portable way, some systems still block.
int OpenAgain(int fd) noexcept;

// ------------------------------------------------------------------- sockets

/// A flag of send(2): a closed connection is an error (EPIPE), not a signal.
extern const int kNoSignal;

/// Opens a socket that does not block, and that started programs do not
/// inherit. `type`: SOCK_STREAM or SOCK_DGRAM. Negative if that fails.
int OpenSocket(int family, int type) noexcept;

/// Opens two connected stream sockets of this machine, which block, and which
/// started programs do not inherit. Negative if that fails.
int OpenSocketPair(std::array<int, 2>& ends) noexcept;

/// Whether `UnconfirmedBytes` knows.
extern const bool kKnowsUnconfirmed;

/// Of the bytes written to a stream socket, the number that the receiver's
/// system has not confirmed; for a unix socket, the number that the receiver
/// has not read. The maximum if that fails. The portable way never knows.
std::optional<std::uint64_t> UnconfirmedBytes(int fd) noexcept;

/// The event of poll(2) that shows that the other side has ended its data. In
/// the portable way, data that can be read show it, too.
extern const short kEndOfInput;

/// Whether the other side has ended its data. The portable way first drops the
/// data that can be read.
bool HasInputEnded(int fd) noexcept;

/// Sends datagrams, at most `kMostDatagrams`. Returns how many the system has
/// taken; negative if it has not taken the first.
int SendDatagrams(int fd, std::span<const std::string_view> datagrams) noexcept;
inline constexpr std::size_t kMostDatagrams = 64;

/// Lets the system keep the errors that other machines answer to datagrams for
/// `TakeAnswer`, instead of reporting them as errors of a later `send`. The
/// portable way cannot: such a `send` fails, and its datagram is not sent.
void KeepAnswers(int fd, int family) noexcept;

/// The last error (a value of `errno`) that another machine has answered; 0 if
/// there is none since the last call.
int TakeAnswer(int fd) noexcept;

// ------------------------------------------------------------------- waiting

/// Waits as poll(2) does, but for a time finer than a millisecond, and returns
/// the same. The portable way looks every 100 us in the last millisecond.
int PollFor(std::span<pollfd> files, std::chrono::nanoseconds wait) noexcept;

/// Waits for events of many files. For one thread.
class Poller {
 public:
  virtual ~Poller() = default;

  /// Waits for these events of `fd` from now on: POLLIN, POLLOUT or both; 0
  /// ends waiting for it, and must precede its closing.
  virtual void Watch(int fd, short events) = 0;

  /// Waits for at most `wait`. Returns files that have events, errors
  /// (POLLERR, POLLHUP) included, until the next call; none if a signal arrived
  /// first.
  virtual std::span<const pollfd> Wait(std::chrono::nanoseconds wait) = 0;
};

/// Throws `std::system_error` if the system refuses it.
std::unique_ptr<Poller> NewPoller();

}  // namespace busyhour::internal
