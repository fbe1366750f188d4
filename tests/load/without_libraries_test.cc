// Tests the program without the optional libraries of its sinks: this target
// compiles its own `target.cc` without them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "load/target.h"

namespace busyhour::internal {
namespace {

std::vector<std::string> ProblemsOf(const std::string& to) {
  std::vector<Problem> problems;
  const Target target = ReadTarget(to, {}, problems);
  std::vector<std::string> messages;
  for (const Problem& problem : problems) messages.push_back(problem.message);
  EXPECT_EQ(target.sink == nullptr, !messages.empty()) << to;
  return messages;
}

TEST(WithoutLibrariesTest, AskingForASinkSaysWhatItTakes) {
  for (const auto& [to, words] :
       {std::pair("kafka://h:1/t",
                  "kafka://HOST:PORT/TOPIC requires librdkafka"),
        std::pair("http://h/x", "http://HOST[:PORT]/PATH requires libcurl"),
        std::pair("https://h/x", "https://HOST[:PORT]/PATH requires libcurl"),
        std::pair("tls://h:1", "tls://HOST:PORT requires libcurl"),
        std::pair("amqp://h/a",
                  "amqp://HOST[:PORT]/ADDRESS requires Qpid Proton"),
        std::pair("amqps://h/a",
                  "amqps://HOST[:PORT]/ADDRESS requires Qpid Proton"),
        std::pair("azblob://acc",
                  "azblob://ACCOUNT[/CONTAINER] requires lib")}) {
    EXPECT_THAT(ProblemsOf(to),
                testing::ElementsAre(testing::AllOf(
                    testing::HasSubstr(words),
                    testing::HasSubstr("this program was built without it"))));
  }
}

TEST(WithoutLibrariesTest, TheOthersAreThere) {
  for (const char* const to : {"null:", "-", "tcp://127.0.0.1:1", "unix:/x",
                               "udp://127.0.0.1:1", "file:/no/such/file"}) {
    EXPECT_THAT(ProblemsOf(to), testing::IsEmpty()) << to;
  }
}

}  // namespace
}  // namespace busyhour::internal
