// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"time"

	"google.golang.org/grpc"
	v1 "k8s.io/kms/apis/v1beta1"
	v2 "k8s.io/kms/apis/v2"
	"k8s.io/kms/pkg/service"
)

// v1Service is the API of KMS v1, for which k8s.io/kms has no helper.
type v1Service struct {
	v1.UnimplementedKeyManagementServiceServer
	key *key
}

func registerV1(server *grpc.Server, key *key) {
	v1.RegisterKeyManagementServiceServer(server, &v1Service{key: key})
}

func (s *v1Service) Version(context.Context, *v1.VersionRequest) (*v1.VersionResponse, error) {
	return &v1.VersionResponse{
		Version: "v1beta1", RuntimeName: "AWSKMS", RuntimeVersion: "UNKNOWN",
	}, nil
}

func (s *v1Service) Encrypt(ctx context.Context, request *v1.EncryptRequest) (*v1.EncryptResponse, error) {
	sealed, err := s.key.encrypt(ctx, "v1", request.Plain)
	if err != nil {
		return nil, err
	}
	return &v1.EncryptResponse{Cipher: sealed}, nil
}

func (s *v1Service) Decrypt(ctx context.Context, request *v1.DecryptRequest) (*v1.DecryptResponse, error) {
	plain, err := s.key.openV1(ctx, request.Cipher)
	if err != nil {
		return nil, err
	}
	return &v1.DecryptResponse{Plain: plain}, nil
}

// v2Service is what the Kubernetes project's own gRPC service calls.
type v2Service struct{ key *key }

var _ service.Service = v2Service{}

// registerV2 uses that service without its ListenAndServe, which has room for
// neither a second API on the socket nor a socket left behind.
func registerV2(server *grpc.Server, socket string, key *key) {
	v2.RegisterKeyManagementServiceServer(server,
		service.NewGRPCService(socket, time.Minute, v2Service{key}))
}

func (s v2Service) Status(context.Context) (*service.StatusResponse, error) {
	health := "ok"
	if s.key.healthV2() != nil {
		health = "err"
	}
	return &service.StatusResponse{
		Version: "v2beta1", Healthz: health, KeyID: s.key.name,
	}, nil
}

func (s v2Service) Encrypt(ctx context.Context, _ string, plain []byte) (*service.EncryptResponse, error) {
	sealed, err := s.key.encrypt(ctx, "v2", plain)
	if err != nil {
		return nil, err
	}
	return &service.EncryptResponse{Ciphertext: sealed, KeyID: s.key.name}, nil
}

func (s v2Service) Decrypt(ctx context.Context, _ string, request *service.DecryptRequest) ([]byte, error) {
	return s.key.openV2(ctx, request.Ciphertext)
}
