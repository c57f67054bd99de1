"""Handlers of databases, Redis, buckets, mirrored secrets and alarms."""

from harness import given, handles, tag_list


@handles("aws:rds/subnetGroup:SubnetGroup")
def database_subnets(clients, inputs):
    clients.rds.create_db_subnet_group(
        DBSubnetGroupName=inputs["name"],
        DBSubnetGroupDescription=inputs["description"],
        SubnetIds=inputs["subnetIds"],
    )
    return inputs["name"], {}


@handles("aws:rds/parameterGroup:ParameterGroup")
def database_parameters(clients, inputs):
    clients.rds.create_db_parameter_group(
        DBParameterGroupName=inputs["name"],
        DBParameterGroupFamily=inputs["family"],
        Description=inputs["description"],
    )
    # ModifyDBParameterGroup accepts twenty parameters per call; the provider also sends batches.
    parameters = inputs["parameters"]
    for start in range(0, len(parameters), 20):
        clients.rds.modify_db_parameter_group(
            DBParameterGroupName=inputs["name"],
            Parameters=[
                {
                    "ParameterName": one["name"],
                    "ParameterValue": one["value"],
                    "ApplyMethod": one["applyMethod"],
                }
                for one in parameters[start : start + 20]
            ],
        )
    return inputs["name"], {}


@handles("aws:rds/instance:Instance")
def database(clients, inputs):
    made = clients.rds.create_db_instance(
        **given(
            DBInstanceIdentifier=inputs["identifier"],
            Engine=inputs["engine"],
            EngineVersion=inputs["engineVersion"],
            EngineLifecycleSupport=inputs["engineLifecycleSupport"],
            DBInstanceClass=inputs["instanceClass"],
            DBName=inputs["dbName"],
            MasterUsername=inputs["username"],
            ManageMasterUserPassword=inputs["manageMasterUserPassword"],
            MasterUserSecretKmsKeyId=inputs["masterUserSecretKmsKeyId"],
            AllocatedStorage=inputs["allocatedStorage"],
            MaxAllocatedStorage=inputs["maxAllocatedStorage"],
            StorageType=inputs["storageType"],
            StorageEncrypted=inputs["storageEncrypted"],
            KmsKeyId=inputs["kmsKeyId"],
            Port=inputs["port"],
            DBSubnetGroupName=inputs["dbSubnetGroupName"],
            DBParameterGroupName=inputs["parameterGroupName"],
            VpcSecurityGroupIds=inputs["vpcSecurityGroupIds"],
            CACertificateIdentifier=inputs["caCertIdentifier"],
            NetworkType=inputs["networkType"],
            PubliclyAccessible=inputs["publiclyAccessible"],
            MultiAZ=inputs["multiAz"],
            BackupRetentionPeriod=inputs["backupRetentionPeriod"],
            PreferredBackupWindow=inputs["backupWindow"],
            PreferredMaintenanceWindow=inputs["maintenanceWindow"],
            AutoMinorVersionUpgrade=inputs["autoMinorVersionUpgrade"],
            CopyTagsToSnapshot=inputs["copyTagsToSnapshot"],
            DeletionProtection=inputs["deletionProtection"],
            DatabaseInsightsMode=inputs["databaseInsightsMode"],
            EnablePerformanceInsights=inputs["performanceInsightsEnabled"],
            PerformanceInsightsKMSKeyId=inputs["performanceInsightsKmsKeyId"],
            PerformanceInsightsRetentionPeriod=inputs["performanceInsightsRetentionPeriod"],
            MonitoringInterval=inputs["monitoringInterval"],
            MonitoringRoleArn=inputs.get("monitoringRoleArn"),
            EnableCloudwatchLogsExports=inputs["enabledCloudwatchLogsExports"],
            Tags=tag_list(inputs),
        )
    )["DBInstance"]
    secret = made.get("MasterUserSecret", {}).get("SecretArn", "arn:aws:secretsmanager:::secret")
    address = made.get("Endpoint", {}).get("Address", "database")
    return inputs["identifier"], {"address": address, "masterUserSecrets.0.secretArn": secret}


@handles("aws:rds/eventSubscription:EventSubscription")
def database_events(clients, inputs):
    clients.rds.create_event_subscription(
        SubscriptionName=inputs["name"],
        SnsTopicArn=inputs["snsTopic"],
        SourceType=inputs["sourceType"],
        SourceIds=inputs["sourceIds"],
        EventCategories=inputs["eventCategories"],
    )
    return inputs["name"], {}


@handles("aws:elasticache/subnetGroup:SubnetGroup")
def cache_subnets(clients, inputs):
    clients.elasticache.create_cache_subnet_group(
        CacheSubnetGroupName=inputs["name"],
        CacheSubnetGroupDescription=inputs["description"],
        SubnetIds=inputs["subnetIds"],
    )
    return inputs["name"], {}


@handles("aws:elasticache/parameterGroup:ParameterGroup")
def cache_parameters(clients, inputs):
    clients.elasticache.create_cache_parameter_group(
        CacheParameterGroupName=inputs["name"],
        CacheParameterGroupFamily=inputs["family"],
        Description=inputs["description"],
    )
    return inputs["name"], {}


@handles("aws:elasticache/replicationGroup:ReplicationGroup")
def cache(clients, inputs):
    clients.elasticache.create_replication_group(
        **given(
            ReplicationGroupId=inputs["replicationGroupId"],
            ReplicationGroupDescription=inputs["description"],
            Engine=inputs["engine"],
            EngineVersion=inputs["engineVersion"],
            ClusterMode=inputs["clusterMode"],
            CacheNodeType=inputs["nodeType"],
            NumCacheClusters=inputs["numCacheClusters"],
            AutomaticFailoverEnabled=inputs["automaticFailoverEnabled"],
            MultiAZEnabled=inputs["multiAzEnabled"],
            AutoMinorVersionUpgrade=inputs["autoMinorVersionUpgrade"],
            Port=inputs["port"],
            NetworkType=inputs["networkType"],
            IpDiscovery=inputs["ipDiscovery"],
            TransitEncryptionEnabled=inputs["transitEncryptionEnabled"],
            TransitEncryptionMode=inputs["transitEncryptionMode"],
            AtRestEncryptionEnabled=inputs["atRestEncryptionEnabled"],
            KmsKeyId=inputs["kmsKeyId"],
            # The plan masks this value: 32 bytes in hexadecimal.
            AuthToken="0f" * 32,
            CacheSubnetGroupName=inputs["subnetGroupName"],
            CacheParameterGroupName=inputs["parameterGroupName"],
            SecurityGroupIds=inputs["securityGroupIds"],
            SnapshotRetentionLimit=inputs["snapshotRetentionLimit"],
            SnapshotWindow=inputs["snapshotWindow"],
            PreferredMaintenanceWindow=inputs["maintenanceWindow"],
            NotificationTopicArn=inputs["notificationTopicArn"],
            LogDeliveryConfigurations=[
                {
                    "LogType": one["logType"],
                    "LogFormat": one["logFormat"],
                    "DestinationType": one["destinationType"],
                    "DestinationDetails": {"CloudWatchLogsDetails": {"LogGroup": one["destination"]}},
                }
                for one in inputs["logDeliveryConfigurations"]
            ],
            Tags=tag_list(inputs),
        )
    )
    return inputs["replicationGroupId"], {"primaryEndpointAddress": "cache"}


def s3(clients, inputs):
    region = inputs.get("region")
    return clients.s3 if region is None else clients.at("s3", region)


@handles("aws:s3/bucket:Bucket")
def bucket(clients, inputs):
    s3(clients, inputs).create_bucket(
        Bucket=inputs["bucket"],
        ObjectLockEnabledForBucket=inputs["objectLockEnabled"],
        CreateBucketConfiguration={"LocationConstraint": inputs["region"]},
    )
    return inputs["bucket"], {}


@handles("aws:s3/bucketVersioning:BucketVersioning")
def versioning(clients, inputs):
    s3(clients, inputs).put_bucket_versioning(
        Bucket=inputs["bucket"],
        VersioningConfiguration={"Status": inputs["versioningConfiguration"]["status"]},
    )
    return inputs["bucket"], {}


@handles("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration")
def object_lock(clients, inputs):
    retention = inputs["rule"]["defaultRetention"]
    s3(clients, inputs).put_object_lock_configuration(
        Bucket=inputs["bucket"],
        ObjectLockConfiguration={
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": retention["mode"], "Days": retention["days"]}},
        },
    )
    return inputs["bucket"], {}


@handles("aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration")
def encryption(clients, inputs):
    [rule] = inputs["rules"]
    default = rule["applyServerSideEncryptionByDefault"]
    s3(clients, inputs).put_bucket_encryption(
        Bucket=inputs["bucket"],
        ServerSideEncryptionConfiguration={
            "Rules": [
                {
                    "ApplyServerSideEncryptionByDefault": {
                        "SSEAlgorithm": default["sseAlgorithm"],
                        "KMSMasterKeyID": default["kmsMasterKeyId"],
                    },
                    "BucketKeyEnabled": rule["bucketKeyEnabled"],
                }
            ]
        },
    )
    return inputs["bucket"], {}


@handles("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock")
def public_access(clients, inputs):
    s3(clients, inputs).put_public_access_block(
        Bucket=inputs["bucket"],
        PublicAccessBlockConfiguration={
            "BlockPublicAcls": inputs["blockPublicAcls"],
            "IgnorePublicAcls": inputs["ignorePublicAcls"],
            "BlockPublicPolicy": inputs["blockPublicPolicy"],
            "RestrictPublicBuckets": inputs["restrictPublicBuckets"],
        },
    )
    return inputs["bucket"], {}


@handles("aws:s3/bucketOwnershipControls:BucketOwnershipControls")
def ownership(clients, inputs):
    s3(clients, inputs).put_bucket_ownership_controls(
        Bucket=inputs["bucket"],
        OwnershipControls={"Rules": [{"ObjectOwnership": inputs["rule"]["objectOwnership"]}]},
    )
    return inputs["bucket"], {}


@handles("aws:s3/bucketPolicy:BucketPolicy")
def bucket_policy(clients, inputs):
    s3(clients, inputs).put_bucket_policy(Bucket=inputs["bucket"], Policy=inputs["policy"])
    return inputs["bucket"], {}


@handles("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")
def lifecycle(clients, inputs):
    def rule(one):
        expiration = one.get("expiration", {})
        noncurrent = one.get("noncurrentVersionExpiration")
        abort = one.get("abortIncompleteMultipartUpload")
        return given(
            ID=one["id"],
            Status=one["status"],
            Filter={"Prefix": one["filter"]["prefix"]},
            Expiration=given(
                Days=expiration.get("days"),
                ExpiredObjectDeleteMarker=expiration.get("expiredObjectDeleteMarker"),
            ),
            NoncurrentVersionExpiration=noncurrent and {"NoncurrentDays": noncurrent["noncurrentDays"]},
            AbortIncompleteMultipartUpload=abort and {"DaysAfterInitiation": abort["daysAfterInitiation"]},
        )

    s3(clients, inputs).put_bucket_lifecycle_configuration(
        Bucket=inputs["bucket"], LifecycleConfiguration={"Rules": [rule(one) for one in inputs["rules"]]}
    )
    return inputs["bucket"], {}


@handles("aws:s3/bucketReplicationConfig:BucketReplicationConfig")
def replication(clients, inputs):
    def rule(one):
        destination = one["destination"]
        criteria = one["sourceSelectionCriteria"]["sseKmsEncryptedObjects"]
        time = destination["replicationTime"]
        metrics = destination["metrics"]
        return {
            "ID": one["id"],
            "Priority": one["priority"],
            "Status": one["status"],
            "Filter": {"Prefix": one["filter"]["prefix"]},
            "DeleteMarkerReplication": {"Status": one["deleteMarkerReplication"]["status"]},
            "SourceSelectionCriteria": {"SseKmsEncryptedObjects": {"Status": criteria["status"]}},
            "Destination": {
                "Bucket": destination["bucket"],
                "EncryptionConfiguration": {
                    "ReplicaKmsKeyID": destination["encryptionConfiguration"]["replicaKmsKeyId"]
                },
                "ReplicationTime": {
                    "Status": time["status"],
                    "Time": {"Minutes": time["time"]["minutes"]},
                },
                "Metrics": {
                    "Status": metrics["status"],
                    "EventThreshold": {"Minutes": metrics["eventThreshold"]["minutes"]},
                },
            },
        }

    s3(clients, inputs).put_bucket_replication(
        Bucket=inputs["bucket"],
        ReplicationConfiguration={
            "Role": inputs["role"],
            "Rules": [rule(one) for one in inputs["rules"]],
        },
    )
    return inputs["bucket"], {}


@handles("aws:secretsmanager/secret:Secret")
def secret(clients, inputs):
    made = clients.secretsmanager.create_secret(
        Name=inputs["name"], Description=inputs["description"], KmsKeyId=inputs["kmsKeyId"]
    )
    return made["ARN"], {"arn": made["ARN"]}


@handles("aws:secretsmanager/secretVersion:SecretVersion")
def secret_version(clients, inputs):
    clients.secretsmanager.put_secret_value(SecretId=inputs["secretId"], SecretString="masked")
    return "version", {}


@handles("aws:sns/topic:Topic")
def topic(clients, inputs):
    made = clients.sns.create_topic(
        Name=inputs["name"],
        Attributes=given(
            # ElastiCache cannot publish to an encrypted topic.
            KmsMasterKeyId=inputs.get("kmsMasterKeyId"),
            SignatureVersion=str(inputs["signatureVersion"]),
        ),
    )["TopicArn"]
    return made, {"arn": made}


@handles("aws:sns/topicPolicy:TopicPolicy")
def topic_policy(clients, inputs):
    clients.sns.set_topic_attributes(
        TopicArn=inputs["arn"], AttributeName="Policy", AttributeValue=inputs["policy"]
    )
    return inputs["arn"], {}


@handles("aws:sns/topicSubscription:TopicSubscription")
def subscription(clients, inputs):
    made = clients.sns.subscribe(
        TopicArn=inputs["topic"], Protocol=inputs["protocol"], Endpoint=inputs["endpoint"]
    )
    return made["SubscriptionArn"], {}


@handles("aws:cloudwatch/metricAlarm:MetricAlarm")
def alarm(clients, inputs):
    if "metricQueries" in inputs:
        [query] = inputs["metricQueries"]
        source = {
            "Metrics": [
                {
                    "Id": query["id"],
                    "Expression": query["expression"],
                    "Period": query["period"],
                    "ReturnData": query["returnData"],
                }
            ]
        }
    else:
        source = {
            "Namespace": inputs["namespace"],
            "MetricName": inputs["metricName"],
            "Dimensions": [{"Name": name, "Value": value} for name, value in inputs["dimensions"].items()],
            "Statistic": inputs["statistic"],
            "Period": inputs["period"],
        }
    clients.cloudwatch.put_metric_alarm(
        AlarmName=inputs["name"],
        AlarmDescription=inputs["alarmDescription"],
        **source,
        ComparisonOperator=inputs["comparisonOperator"],
        Threshold=inputs["threshold"],
        EvaluationPeriods=inputs["evaluationPeriods"],
        TreatMissingData=inputs["treatMissingData"],
        AlarmActions=inputs["alarmActions"],
        OKActions=inputs["okActions"],
    )
    return inputs["name"], {}


@handles("aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication")
def backup_replication(clients, inputs):
    clients.rds.start_db_instance_automated_backups_replication(
        SourceDBInstanceArn=inputs["sourceDbInstanceArn"],
        KmsKeyId=inputs["kmsKeyId"],
        BackupRetentionPeriod=inputs["retentionPeriod"],
    )
    return inputs["sourceDbInstanceArn"], {}
