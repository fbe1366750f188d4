// Programs to compare `busyhour load` with: the simplest ways to send the same
// bytes to the same receiver.
//
//   load_yardsticks receive              listens on loopback, prints its port,
//                                        and discards the bytes it reads, until
//                                        its standard input ends
//   load_yardsticks write FILE PORT      sends the bytes of a file to this
//                                        port, with write()
//   load_yardsticks kafka FILE BROKER TOPIC
//                                        sends each line as a message, with its
//                                        correlation id as the key, with
//                                        librdkafka configured as in `load`
//
// The last two print the number of seconds until all bytes were confirmed.

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#ifdef BUSYHOUR_WITH_KAFKA
#include <librdkafka/rdkafka.h>
#endif

namespace {

using Clock = std::chrono::steady_clock;

// The size of a batch of `load`.
constexpr std::size_t kPiece = 64 << 10;

int Fail(const char* what) {
  std::perror(what);
  return 1;
}

void PrintSince(Clock::time_point begin) {
  std::printf("%.6f\n",
              std::chrono::duration<double>(Clock::now() - begin).count());
}

sockaddr_in Loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

std::string_view Map(const char* path) {
  const int file = ::open(path, O_RDONLY | O_CLOEXEC);
  struct stat status {};
  if (file < 0 || ::fstat(file, &status) != 0) return {};
  const auto size = static_cast<std::size_t>(status.st_size);
  void* const at =
      ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
  ::close(file);
  if (at == MAP_FAILED) return {};
  return {static_cast<const char*>(at), size};
}

int Receive() {
  const int server = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = Loopback(0);
  socklen_t length = sizeof(address);
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  if (::bind(server, any, length) != 0 || ::listen(server, 4) != 0 ||
      ::getsockname(server, any, &length) != 0) {
    return Fail("receive");
  }
  std::printf("%d\n", ntohs(address.sin_port));
  std::fflush(stdout);
  std::vector<char> bytes(kPiece * 4);
  std::array<pollfd, 2> fds{{{STDIN_FILENO, POLLIN, 0}, {server, POLLIN, 0}}};
  while (::poll(fds.data(), fds.size(), -1) > 0) {
    if (fds[0].revents != 0) return 0;
    const int connection = ::accept(server, nullptr, nullptr);
    while (::read(connection, bytes.data(), bytes.size()) > 0) {
    }
    ::close(connection);
  }
  return 1;
}

int Write(std::string_view text, int port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  const sockaddr_in address = Loopback(port);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address),
                sizeof(address)) != 0) {
    return Fail("connect");
  }
  const auto begin = Clock::now();
  while (!text.empty()) {
    const ssize_t written =
        ::write(fd, text.data(), std::min(kPiece, text.size()));
    if (written < 0) return Fail("write");
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  // The receiver closes the connection when it has read everything.
  ::shutdown(fd, SHUT_WR);
  char end = 0;
  if (::read(fd, &end, 1) != 0) return Fail("read");
  PrintSince(begin);
  return 0;
}

#ifdef BUSYHOUR_WITH_KAFKA
int Produce(std::string_view text, const char* broker, const char* topic_name) {
  constexpr std::string_view kMark = "\"correlationId\":\"";
  constexpr std::size_t kKeyBytes = 36;
  std::array<char, 512> error{};
  rd_kafka_conf_t* const conf = rd_kafka_conf_new();
  for (const auto& [name, value] :
       {std::pair("bootstrap.servers", broker), std::pair("acks", "all"),
        std::pair("enable.idempotence", "true"),
        std::pair("queue.buffering.max.messages", "2000000"),
        std::pair("queue.buffering.max.kbytes", "2000000")}) {
    rd_kafka_conf_set(conf, name, value, error.data(), error.size());
  }
  static std::size_t answered = 0;
  static std::size_t failed = 0;
  rd_kafka_conf_set_dr_msg_cb(
      conf, [](rd_kafka_t*, const rd_kafka_message_t* message, void*) {
        ++answered;
        failed += message->err != RD_KAFKA_RESP_ERR_NO_ERROR;
      });
  rd_kafka_t* const producer =
      rd_kafka_new(RD_KAFKA_PRODUCER, conf, error.data(), error.size());
  if (producer == nullptr) return 1;
  const rd_kafka_metadata_t* metadata = nullptr;
  rd_kafka_metadata(producer, 0, nullptr, &metadata, 10'000);
  if (metadata != nullptr) rd_kafka_metadata_destroy(metadata);
  rd_kafka_topic_t* const topic =
      rd_kafka_topic_new(producer, topic_name, nullptr);
  const auto begin = Clock::now();
  std::size_t produced = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1);
    const std::string_view line = text.substr(0, end);
    const std::string_view key =
        line.substr(line.find(kMark) + kMark.size(), kKeyBytes);
    while (rd_kafka_produce(topic, RD_KAFKA_PARTITION_UA, 0,
                            const_cast<char*>(line.data()), line.size(),
                            key.data(), key.size(), nullptr) != 0) {
      rd_kafka_poll(producer, 1);
    }
    if (++produced % 64 == 0) rd_kafka_poll(producer, 0);
    text.remove_prefix(end + 1);
  }
  while (answered < produced) rd_kafka_poll(producer, 10);
  PrintSince(begin);
  rd_kafka_topic_destroy(topic);
  rd_kafka_destroy(producer);
  return failed == 0 ? 0 : 1;
}
#endif

}  // namespace

int main(int argc, char** argv) {
  const std::string_view what = argc > 1 ? argv[1] : "";
  if (what == "receive") return Receive();
  if (argc > 2) {
    const std::string_view text = Map(argv[2]);
    if (text.empty()) return Fail(argv[2]);
    if (what == "write" && argc == 4) return Write(text, std::atoi(argv[3]));
#ifdef BUSYHOUR_WITH_KAFKA
    if (what == "kafka" && argc == 5) return Produce(text, argv[3], argv[4]);
#endif
  }
  std::fputs("usage: see the top of load_yardsticks.cc\n", stderr);
  return 2;
}
