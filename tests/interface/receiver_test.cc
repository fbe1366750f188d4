#include "busyhour/receiver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace busyhour {
namespace {

namespace http = boost::beast::http;
using boost::asio::ip::tcp;
using ::testing::ElementsAre;

// A connection to a receiver.
class Client {
 public:
  explicit Client(const Receiver& receiver) : socket_(context_) {
    const std::string port =
        receiver.url().substr(receiver.url().rfind(':') + 1);
    socket_.connect({boost::asio::ip::address_v4::loopback(),
                     static_cast<std::uint16_t>(std::stoi(port))});
  }

  unsigned Send(http::verb verb, const std::string& body) {
    http::request<http::string_body> request(verb, "/logs", 11);
    request.set(http::field::host, "127.0.0.1");
    request.body() = body;
    request.prepare_payload();
    http::write(socket_, request);
    http::response<http::string_body> answer;
    http::read(socket_, buffer_, answer);
    return answer.result_int();
  }
  unsigned Post(const std::string& body) {
    return Send(http::verb::post, body);
  }

 private:
  boost::asio::io_context context_;
  tcp::socket socket_;
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

TEST(ReceiverTest, EndsWithOpenConnections) {
  Receiver receiver;
  Client idle(receiver);
  Client used(receiver);
  EXPECT_EQ(used.Post("body"), 200u);
}

}  // namespace
}  // namespace busyhour
