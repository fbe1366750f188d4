#include "busyhour/receiver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "busyhour/testing.h"

namespace busyhour {
namespace {

namespace http = boost::beast::http;
using boost::asio::ip::tcp;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A connection to a receiver.
class Client {
 public:
  Client() { socket_.open(tcp::v4()); }
  explicit Client(const Receiver& receiver) : Client() { Connect(receiver); }

  void Connect(const Receiver& receiver) {
    const std::string port =
        receiver.url().substr(receiver.url().rfind(':') + 1);
    socket_.connect({boost::asio::ip::address_v4::loopback(),
                     static_cast<std::uint16_t>(std::stoi(port))});
  }

  unsigned Send(http::verb verb, const std::string& body) {
    Write(verb, body);
    return Answer();
  }
  unsigned Post(const std::string& body) {
    return Send(http::verb::post, body);
  }
  void Write(http::verb verb, const std::string& body) {
    http::request<http::string_body> request(verb, "/logs", 11);
    request.set(http::field::host, "127.0.0.1");
    request.body() = body;
    request.prepare_payload();
    http::write(socket_, request);
  }
  // Begins a POST with a body of this size.
  void BeginPost(std::size_t size) {
    boost::asio::write(
        socket_, boost::asio::buffer("POST / HTTP/1.1\r\nContent-Length: " +
                                     std::to_string(size) + "\r\n\r\n"));
  }
  unsigned Answer() {
    http::response<http::string_body> answer;
    http::read(socket_, buffer_, answer);
    return answer.result_int();
  }
  // No request follows. The socket stays.
  void End() { socket_.shutdown(tcp::socket::shutdown_send); }

 private:
  boost::asio::io_context context_;
  tcp::socket socket_{context_};
  boost::beast::flat_buffer buffer_;
};

TEST(ReceiverTest, KeepsWhatItAccepts) {
  Receiver receiver;
  Client client(receiver);
  receiver.AnswerNext(503, 2);
  receiver.AnswerNext(202);
  EXPECT_EQ(client.Post("a"), 503u);
  EXPECT_EQ(client.Post("a"), 503u);
  EXPECT_EQ(client.Post("a"), 202u);
  EXPECT_EQ(client.Post("b"), 200u);
  EXPECT_EQ(client.Send(http::verb::get, ""), 405u);
  EXPECT_THAT(receiver.bodies(), ElementsAre("a", "b"));
  EXPECT_EQ(receiver.requests(), 5u);
}

TEST(ReceiverTest, RefusesWhatIsNoAnswer) {
  Receiver receiver;
  EXPECT_THROW(receiver.AnswerNext(0), InputError);
  EXPECT_THROW(receiver.AnswerNext(100), InputError);
  EXPECT_THROW(receiver.AnswerNext(600), InputError);
}

TEST(ReceiverTest, GoogleTestShowsWhatItHasKept) {
  Receiver receiver;
  EXPECT_EQ(::testing::PrintToString(receiver),
            "a receiver of 0 requests that kept 0 bodies");
  Client client(receiver);
  receiver.AnswerNext(503);
  client.Post("refused");
  client.Post("kept");
  for (int i = 0; i < 5; ++i) client.Post(std::string(1000, 'x'));
  const std::string shown = ::testing::PrintToString(receiver);
  EXPECT_THAT(shown, HasSubstr("7 requests that kept 6 bodies\nkept\nxxx"));
  EXPECT_THAT(shown, HasSubstr("xxx... (1000 bytes)\nxxx"));
  EXPECT_TRUE(shown.ends_with("(1000 bytes)\n...")) << shown;
  EXPECT_THAT(shown, ::testing::Not(HasSubstr("refused")));
}

TEST(ReceiverTest, ServesManyConnectionsAtATime) {
  Receiver receiver;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&receiver] {
      Client client(receiver);
      for (int k = 0; k < 20; ++k) EXPECT_EQ(client.Post("body"), 200u);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(receiver.bodies().size(), 160u);
}

TEST(ReceiverTest, CountsWhatIsTooLarge) {
  Receiver receiver;
  Client client(receiver);
  client.BeginPost(Receiver::kMostBodyBytes + 1);
  EXPECT_EQ(client.Answer(), 413u);
  EXPECT_EQ(receiver.requests(), 1u);
}

// While an object of this class exists, a descriptor can be opened only when
// another one is closed.
class FullDescriptors {
 public:
  FullDescriptors() {
    EXPECT_EQ(::getrlimit(RLIMIT_NOFILE, &before_), 0);
    const rlimit few{256, before_.rlim_max};
    EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
    for (int fd = ::dup(0); fd >= 0; fd = ::dup(0)) fds_.push_back(fd);
    EXPECT_EQ(errno, EMFILE);
  }
  FullDescriptors(const FullDescriptors&) = delete;
  FullDescriptors& operator=(const FullDescriptors&) = delete;
  ~FullDescriptors() {
    for (const int fd : fds_) ::close(fd);
    EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &before_), 0);
  }

 private:
  rlimit before_{};
  std::vector<int> fds_;
};

TEST(ReceiverTest, GoesOnWithTheDescriptorsOfEndedConnections) {
  std::optional<Receiver> receiver(std::in_place);
  Client first(*receiver);
  EXPECT_EQ(first.Post("first"), 200u);
  Client second;
  Client third;
  const FullDescriptors full;
  // The thread that accepts may have a descriptor for one of them, but not for
  // both.
  second.Connect(*receiver);
  third.Connect(*receiver);
  second.Write(http::verb::post, "second");
  third.Write(http::verb::post, "third");
  first.End();
  EXPECT_EQ(second.Answer(), 200u);
  second.End();
  EXPECT_EQ(third.Answer(), 200u);
  EXPECT_THAT(receiver->bodies(), ElementsAre("first", "second", "third"));
  receiver.reset();
}

TEST(ReceiverTest, EndsWithOpenConnections) {
  Receiver receiver;
  Client idle(receiver);
  Client used(receiver);
  EXPECT_EQ(used.Post("body"), 200u);
}

}  // namespace
}  // namespace busyhour
