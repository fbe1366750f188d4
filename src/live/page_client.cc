#include "live/page_client.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace busyhour::internal {
namespace {

constexpr std::chrono::seconds kMostTime{10};
constexpr std::uint64_t kMostReplyBytes = 1 << 20;

}  // namespace

Status Ask(const Address& to, const LiveQuestion& question, LiveReply& reply) {
  namespace http = boost::beast::http;
  using boost::system::error_code;
  boost::asio::io_context io(1);
  boost::beast::tcp_stream stream(io);
  boost::beast::flat_buffer buffer;
  http::request<http::string_body> request;
  request.method_string(question.method);
  request.target(question.path);
  request.version(11);
  request.set(http::field::host, to.Text());
  request.set(http::field::connection, "close");
  if (!question.token.empty()) request.set("X-Busyhour-Token", question.token);
  request.body() = question.body;
  request.prepare_payload();
  http::response_parser<http::string_body> answer;
  answer.body_limit(kMostReplyBytes);
  error_code result;
  const auto finish = [&result](error_code error, std::size_t) {
    result = error;
  };
  stream.expires_after(kMostTime);
  stream.async_connect(
      boost::asio::ip::tcp::endpoint(boost::asio::ip::make_address(to.ip),
                                     to.port),
      [&](error_code error) {
        result = error;
        if (error) return;
        http::async_write(stream, request, [&](error_code failed, std::size_t) {
          result = failed;
          if (failed) return;
          http::async_read(stream, buffer, answer, finish);
        });
      });
  io.run();
  if (result) {
    return Status::Failed("no run answers at " + to.Text() + ": " +
                          result.message());
  }
  reply = {answer.get().result_int(), answer.get().body()};
  return Status::Ok();
}

}  // namespace busyhour::internal
