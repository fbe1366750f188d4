// A Kafka cluster for tests, which uses librdkafka's mock: prints the address
// of its broker, and runs until its standard input ends.
//
//   kafka_cluster PARTITIONS
//
// Lines on its standard input: `down` and `up` stop and start the broker,
// `fail N` makes it reject the next N produce requests, `wait MS` delays its
// answers from then on, `topic NAME` creates a topic, and `no NAME` makes it
// report that this topic does not exist.

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

namespace {

constexpr int kBroker = 1;
constexpr std::int16_t kProduceRequest = 0;

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  std::vector<char> error(512);
  rd_kafka_conf_t* const conf = rd_kafka_conf_new();
  rd_kafka_conf_set_log_cb(conf, nullptr);
  rd_kafka_t* const client =
      rd_kafka_new(RD_KAFKA_PRODUCER, conf, error.data(), error.size());
  rd_kafka_mock_cluster_t* const cluster =
      rd_kafka_mock_cluster_new(client, kBroker);
  if (cluster == nullptr) return 1;
  rd_kafka_mock_topic_create(cluster, "default", std::atoi(argv[1]), 1);
  std::printf("%s\n", rd_kafka_mock_cluster_bootstraps(cluster));
  std::fflush(stdout);
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string word;
    int number = 0;
    words >> word >> number;
    if (word == "down") {
      rd_kafka_mock_broker_set_down(cluster, kBroker);
    } else if (word == "up") {
      rd_kafka_mock_broker_set_up(cluster, kBroker);
    } else if (word == "wait") {
      rd_kafka_mock_broker_set_rtt(cluster, kBroker, number);
    } else if (word == "fail") {
      const std::vector<rd_kafka_resp_err_t> errors(
          static_cast<std::size_t>(number),
          RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS);
      rd_kafka_mock_push_request_errors_array(cluster, kProduceRequest,
                                              errors.size(), errors.data());
    } else if (word == "topic") {
      std::string name;
      std::istringstream(line) >> word >> name;
      rd_kafka_mock_topic_create(cluster, name.c_str(), std::atoi(argv[1]), 1);
    }
    if (word == "no") {
      std::string name;
      std::istringstream(line) >> word >> name;
      rd_kafka_mock_topic_set_error(cluster, name.c_str(),
                                    RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
    }
    std::printf("done\n");
    std::fflush(stdout);
  }
  rd_kafka_mock_cluster_destroy(cluster);
  rd_kafka_destroy(client);
}
