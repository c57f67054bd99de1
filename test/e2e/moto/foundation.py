"""Handlers of the cluster's resources: EC2, IAM, KMS, CloudWatch Logs, ECR, EKS."""

from botocore.exceptions import ClientError

from harness import check, given, handles, tag_list


def tags_of(kind, inputs):
    tags = tag_list(inputs)
    return [{"ResourceType": kind, "Tags": tags}] if tags else None


@handles("aws:ec2/vpc:Vpc")
def vpc(clients, inputs):
    made = clients.ec2.create_vpc(
        **given(CidrBlock=inputs["cidrBlock"], TagSpecifications=tags_of("vpc", inputs))
    )["Vpc"]["VpcId"]
    clients.ec2.modify_vpc_attribute(VpcId=made, EnableDnsSupport={"Value": inputs["enableDnsSupport"]})
    clients.ec2.modify_vpc_attribute(VpcId=made, EnableDnsHostnames={"Value": inputs["enableDnsHostnames"]})
    return made, {}


@handles("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")
def default_group(clients, inputs):
    [group] = clients.ec2.describe_security_groups(
        Filters=[
            {"Name": "vpc-id", "Values": [inputs["vpcId"]]},
            {"Name": "group-name", "Values": ["default"]},
        ]
    )["SecurityGroups"]
    for permissions, revoke in (
        (group["IpPermissions"], clients.ec2.revoke_security_group_ingress),
        (group["IpPermissionsEgress"], clients.ec2.revoke_security_group_egress),
    ):
        if permissions:
            revoke(GroupId=group["GroupId"], IpPermissions=permissions)
    return group["GroupId"], {}


@handles("aws:ec2/subnet:Subnet")
def subnet(clients, inputs):
    made = clients.ec2.create_subnet(
        **given(
            VpcId=inputs["vpcId"],
            CidrBlock=inputs["cidrBlock"],
            AvailabilityZone=inputs["availabilityZone"],
            TagSpecifications=tags_of("subnet", inputs),
        )
    )
    return made["Subnet"]["SubnetId"], {}


@handles("aws:ec2/internetGateway:InternetGateway")
def internet_gateway(clients, inputs):
    made = clients.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    clients.ec2.attach_internet_gateway(InternetGatewayId=made, VpcId=inputs["vpcId"])
    return made, {}


@handles("aws:ec2/routeTable:RouteTable")
def route_table(clients, inputs):
    return clients.ec2.create_route_table(VpcId=inputs["vpcId"])["RouteTable"]["RouteTableId"], {}


@handles("aws:ec2/routeTableAssociation:RouteTableAssociation")
def route_table_association(clients, inputs):
    made = clients.ec2.associate_route_table(
        RouteTableId=inputs["routeTableId"], SubnetId=inputs["subnetId"]
    )
    return made["AssociationId"], {}


@handles("aws:ec2/route:Route")
def route(clients, inputs):
    clients.ec2.create_route(
        **given(
            RouteTableId=inputs["routeTableId"],
            DestinationCidrBlock=inputs["destinationCidrBlock"],
            GatewayId=inputs.get("gatewayId"),
            NatGatewayId=inputs.get("natGatewayId"),
        )
    )
    return "route", {}


@handles("aws:ec2/eip:Eip")
def eip(clients, inputs):
    return clients.ec2.allocate_address(Domain=inputs["domain"])["AllocationId"], {}


@handles("aws:ec2/natGateway:NatGateway")
def nat_gateway(clients, inputs):
    parameters = given(
        AvailabilityMode=inputs.get("availabilityMode"),
        VpcId=inputs.get("vpcId"),
        SubnetId=inputs.get("subnetId"),
        AllocationId=inputs.get("allocationId"),
        ConnectivityType=inputs.get("connectivityType"),
        TagSpecifications=tags_of("natgateway", inputs),
    )
    try:
        made = clients.ec2.create_nat_gateway(**parameters)
    except ClientError:
        if inputs.get("availabilityMode") != "regional":
            raise
        # moto requires a subnet, which a regional gateway must not have; EC2's model has already validated the call.
        # A zonal gateway replaces it, so that the routes have a target.
        [public, *_] = clients.ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [inputs["vpcId"]]}])["Subnets"]
        stand_in = clients.ec2.create_nat_gateway(SubnetId=public["SubnetId"], ConnectivityType="private")
        return stand_in["NatGateway"]["NatGatewayId"], {}
    return made["NatGateway"]["NatGatewayId"], {}


@handles("aws:ec2/securityGroup:SecurityGroup")
def security_group(clients, inputs):
    made = clients.ec2.create_security_group(
        **given(
            GroupName=inputs["name"],
            Description=inputs["description"],
            VpcId=inputs["vpcId"],
            TagSpecifications=tags_of("security-group", inputs),
        )
    )
    return made["GroupId"], {}


@handles("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
def ingress_rule(clients, inputs):
    description = inputs.get("description", "")
    source = inputs.get("referencedSecurityGroupId")
    permission = given(
        IpProtocol=inputs["ipProtocol"],
        FromPort=inputs.get("fromPort"),
        ToPort=inputs.get("toPort"),
        IpRanges=[{"CidrIp": inputs["cidrIpv4"], "Description": description}] if "cidrIpv4" in inputs else None,
        UserIdGroupPairs=[{"GroupId": source, "Description": description}] if source else None,
    )
    made = clients.ec2.authorize_security_group_ingress(
        GroupId=inputs["securityGroupId"], IpPermissions=[permission]
    )
    return made["SecurityGroupRules"][0]["SecurityGroupRuleId"], {}


@handles("aws:ec2/vpcEndpoint:VpcEndpoint")
def vpc_endpoint(clients, inputs):
    made = clients.ec2.create_vpc_endpoint(
        **given(
            VpcId=inputs["vpcId"],
            VpcEndpointType=inputs["vpcEndpointType"],
            ServiceName=inputs["serviceName"],
            RouteTableIds=inputs.get("routeTableIds"),
            SubnetIds=inputs.get("subnetIds"),
            SecurityGroupIds=inputs.get("securityGroupIds"),
            PrivateDnsEnabled=inputs.get("privateDnsEnabled"),
            TagSpecifications=tags_of("vpc-endpoint", inputs),
        )
    )
    return made["VpcEndpoint"]["VpcEndpointId"], {}


@handles("aws:ec2/flowLog:FlowLog")
def flow_log(clients, inputs):
    made = clients.ec2.create_flow_logs(
        ResourceIds=[inputs["vpcId"]],
        ResourceType="VPC",
        TrafficType=inputs["trafficType"],
        LogDestinationType=inputs["logDestinationType"],
        LogDestination=inputs["logDestination"],
        DeliverLogsPermissionArn=inputs["iamRoleArn"],
        MaxAggregationInterval=inputs["maxAggregationInterval"],
    )
    # EC2 returns rejected items instead of an error.
    for refused in made.get("Unsuccessful", []):
        raise ValueError(refused["Error"]["Message"])
    return made["FlowLogIds"][0], {}


@handles("aws:iam/role:Role")
def role(clients, inputs):
    made = clients.iam.create_role(
        **given(
            RoleName=inputs["name"],
            Path=inputs.get("path"),
            AssumeRolePolicyDocument=inputs["assumeRolePolicy"],
            Description=inputs.get("description"),
        )
    )["Role"]
    return made["RoleName"], {"arn": made["Arn"]}


@handles("aws:iam/rolePolicy:RolePolicy")
def role_policy(clients, inputs):
    clients.iam.put_role_policy(
        RoleName=inputs["role"], PolicyName=inputs["name"], PolicyDocument=inputs["policy"]
    )
    return f"{inputs['role']}:{inputs['name']}", {}


@handles("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
def role_policy_attachment(clients, inputs):
    clients.iam.attach_role_policy(RoleName=inputs["role"], PolicyArn=inputs["policyArn"])
    return inputs["policyArn"], {}


@handles("aws:kms/key:Key")
def key(clients, inputs):
    if inputs.get("region"):
        return "key-elsewhere", {"keyId": "key-elsewhere"}
    made = clients.kms.create_key(Description=inputs["description"], Policy=inputs["policy"])["KeyMetadata"]
    clients.kms.enable_key_rotation(
        **given(KeyId=made["KeyId"], RotationPeriodInDays=inputs.get("rotationPeriodInDays"))
    )
    return made["KeyId"], {"arn": made["Arn"], "keyId": made["KeyId"]}


@handles("aws:kms/alias:Alias")
def alias(clients, inputs):
    clients.kms.create_alias(AliasName=inputs["name"], TargetKeyId=inputs["targetKeyId"])
    return inputs["name"], {}


@handles("aws:cloudwatch/logGroup:LogGroup")
def log_group(clients, inputs):
    name = inputs["name"]
    clients.logs.create_log_group(**given(logGroupName=name, kmsKeyId=inputs.get("kmsKeyId")))
    clients.logs.put_retention_policy(logGroupName=name, retentionInDays=inputs["retentionInDays"])
    [group] = clients.logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    return name, {"arn": group["arn"].removesuffix(":*")}


@handles("aws:eks/cluster:Cluster")
def cluster(clients, inputs):
    vpc_config = inputs["vpcConfig"]
    network = inputs["kubernetesNetworkConfig"]
    logs = {"clusterLogging": [{"types": inputs["enabledClusterLogTypes"], "enabled": True}]}
    made = clients.eks.create_cluster(
        name=inputs["name"],
        version=inputs["version"],
        roleArn=inputs["roleArn"],
        resourcesVpcConfig=vpc_config,
        kubernetesNetworkConfig=network,
        computeConfig=inputs["computeConfig"],
        storageConfig=inputs["storageConfig"],
        accessConfig=inputs["accessConfig"],
        encryptionConfig=[inputs["encryptionConfig"]],
        logging=logs,
        upgradePolicy=inputs["upgradePolicy"],
        zonalShiftConfig=inputs["zonalShiftConfig"],
        bootstrapSelfManagedAddons=inputs["bootstrapSelfManagedAddons"],
        deletionProtection=inputs["deletionProtection"],
    )["cluster"]
    return made["name"], {
        "arn": made["arn"],
        "endpoint": made.get("endpoint", "https://cluster"),
        "certificateAuthority.data": "data",
        "vpcConfig.clusterSecurityGroupId": security_group_of(clients, vpc_config),
    }


def security_group_of(clients, vpc_config):
    """EKS creates the cluster's security group; moto does not, so it is created here."""
    [first, *_] = clients.ec2.describe_subnets(SubnetIds=vpc_config["subnetIds"])["Subnets"]
    return clients.ec2.create_security_group(
        GroupName="eks-cluster", Description="stands for the group of EKS", VpcId=first["VpcId"]
    )["GroupId"]


@handles("aws:eks/accessEntry:AccessEntry")
def access_entry(clients, inputs):
    clients.eks.create_access_entry(
        **given(
            clusterName=inputs["clusterName"],
            principalArn=inputs["principalArn"],
            type=inputs["type"],
            kubernetesGroups=inputs.get("kubernetesGroups"),
        )
    )
    return inputs["principalArn"], {}


@handles("aws:eks/accessPolicyAssociation:AccessPolicyAssociation")
def access_policy_association(clients, inputs):
    clients.eks.associate_access_policy(
        clusterName=inputs["clusterName"],
        principalArn=inputs["principalArn"],
        policyArn=inputs["policyArn"],
        accessScope=inputs["accessScope"],
    )
    return inputs["policyArn"], {}


@handles("aws:eks/addon:Addon")
def addon(clients, inputs):
    clients.eks.create_addon(
        **given(
            clusterName=inputs["clusterName"],
            addonName=inputs["addonName"],
            addonVersion=inputs.get("addonVersion"),
            configurationValues=inputs.get("configurationValues"),
            resolveConflicts=inputs["resolveConflictsOnCreate"],
        )
    )
    return inputs["addonName"], {}


@handles("aws:eks/podIdentityAssociation:PodIdentityAssociation")
def pod_identity_association(clients, inputs):
    made = clients.eks.create_pod_identity_association(
        clusterName=inputs["clusterName"],
        namespace=inputs["namespace"],
        serviceAccount=inputs["serviceAccount"],
        roleArn=inputs["roleArn"],
    )
    return made["association"]["associationId"], {}


@check
def subnets(clients):
    return sorted(
        [subnet["AvailabilityZone"], subnet["CidrBlock"]]
        for subnet in clients.ec2.describe_subnets(Filters=[{"Name": "default-for-az", "Values": ["false"]}])["Subnets"]
    )


@check
def log_retention(clients):
    return {
        group["logGroupName"]: group.get("retentionInDays")
        for group in clients.logs.describe_log_groups()["logGroups"]
    }


@check
def attached_policies(clients):
    roles = [role["RoleName"] for role in clients.iam.list_roles()["Roles"]]
    return {
        role: sorted(
            policy["PolicyName"]
            for policy in clients.iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
        )
        for role in roles
    }
